/** The program as a process that serves one engine after another, so that its modules are loaded once. */
import * as automation from "@pulumi/pulumi/automation/server";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import program from "../../index";
import { listen } from "../../sandbox/plugins/kit/rpc";

// What runs inline programs of the Automation API; Pulumi does not declare its type:
// https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/automation/server.ts
const { LanguageServer } = automation as unknown as {
  LanguageServer: new (run: typeof program) => Parameters<typeof listen>[1];
};

listen(LanguageRuntimeService, new LanguageServer(program));
