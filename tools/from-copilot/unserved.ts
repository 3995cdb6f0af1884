import type { Draft, Origin } from "./draft";
import type { Findings } from "./finding";
import { find, type Tree } from "./tree";

/** What has no counterpart as a whole: services without a load balancer, and CloudFormation templates. */

export const balanced = "Load Balanced Web Service";
export const backend = "Backend Service";

const unserved: Readonly<Record<string, string>> = {
  [backend]: "this one has no http",
  "Worker Service": "this one reads a queue",
  "Scheduled Job": "this one runs on a schedule",
  "Request-Driven Web Service": "this one runs on App Runner",
  "Static Site": "this one is files in S3 behind CloudFront",
};

export function listService(
  { type, tree }: { readonly type: string; readonly tree: Tree },
  off: Draft["unserved"],
  environment: string,
  findings: Findings,
): void {
  const typed = find(tree, "type") ?? tree;
  const why = off
    ? "this one has http: false"
    : type === backend && find(tree, "http")
      ? "this one needs an internal load balancer, and this stack's is public"
      : (unserved[type] ?? `Copilot documents no type ${JSON.stringify(type)}`);
  findings.add(
    {
      at: (off?.tree ?? typed).at,
      key: off?.key ?? "type",
      reason: `Slipway has services behind a load balancer, and ${why}`,
      instead:
        type === backend && find(tree, "http")
          ? "write a second stack with loadBalancer.internal for it"
          : "leave its CloudFormation stack as it is, or define it in your own program",
    },
    environment,
  );
}

export function listTemplates({ at, key }: Origin, findings: Findings): void {
  findings.add(
    key === "addons"
      ? {
          at,
          key,
          reason: "Slipway makes no resources from CloudFormation templates",
          instead:
            "keep the data where it is: take these resources out of Copilot's stack before you delete it; give the service their names and taskRolePolicy",
        }
      : {
          at,
          key,
          reason: "Slipway has no CloudFormation templates that these could change",
          instead: "set the same properties in your own program, with transform",
        },
  );
}
