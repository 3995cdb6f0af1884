/** The program as a process that serves one engine after another, so that its modules are loaded once. */
import * as automation from "@pulumi/pulumi/automation/server";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import program from "../../index";
import { listen } from "../../sandbox/plugins/kit/rpc";

interface RunCall {
  readonly request: { getConfigsecretkeysList(): string[] };
}

// What runs inline programs of the Automation API; Pulumi does not declare its type:
// https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/automation/server.ts
const { LanguageServer } = automation as unknown as {
  LanguageServer: new (
    run: typeof program,
  ) => { run(call: RunCall, callback: unknown): Promise<void> };
};

class Host extends LanguageServer {
  override run(call: RunCall, callback: unknown): Promise<void> {
    // As the language plugin sets it for a new process.
    process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(call.request.getConfigsecretkeysList());
    return super.run(call, callback);
  }
}

// @pulumi/pulumi notes a stack trace for each promise, which takes a third of the program's CPU time.
Error.stackTraceLimit = 0;

listen(LanguageRuntimeService, new Host(program) as unknown as Parameters<typeof listen>[1]);
