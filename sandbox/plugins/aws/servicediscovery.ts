/** AWS Cloud Map. */
import { createHash } from "node:crypto";
import type { HttpNamespaceArgs, HttpNamespaceState } from "@pulumi/aws/servicediscovery";
import { accountOf } from "./account";
import { kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/servicediscovery/httpnamespace/ */
const httpNamespace = kept<HttpNamespaceArgs, HttpNamespaceState>({
  type: "aws:servicediscovery/httpNamespace:HttpNamespace",
  name: { property: "name" },
  properties: replacing("description", "name"),
  outputs: stable("arn", "httpName"),
  tagging: true,
  // A made-up id in place of one that Cloud Map chooses.
  id: ({ name }) => `ns-${createHash("sha256").update(String(name)).digest("hex").slice(0, 16)}`,
  async state(aws, id, { name }) {
    const account = await accountOf(aws);
    return {
      arn: arnOf(aws.region, "servicediscovery", account, `namespace/${id}`),
      httpName: name,
    };
  },
});

export const resources = [httpNamespace];
