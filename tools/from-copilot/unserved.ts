import type { Draft, Origin } from "./draft";
import type { Findings } from "./finding";
import { find, type Tree } from "./tree";

/** Lists what becomes no part of a stack file: services without a load balancer, and CloudFormation templates. */

export const balanced = "Load Balanced Web Service";
export const backend = "Backend Service";

const KEEP = "leave its CloudFormation stack as it is, or define it in your own program";

const unserved: Readonly<Record<string, { readonly why: string; readonly instead: string }>> = {
  [backend]: { why: "this one has no http", instead: KEEP },
  "Worker Service": {
    why: "this one reads a queue",
    instead: "add a service with worker: docs/parts-tasks.md#all-the-time-a-worker",
  },
  "Scheduled Job": {
    why: "this one runs on a schedule",
    instead: "add scheduledTasks to a service: docs/parts-tasks.md#at-set-times-scheduled-tasks",
  },
  "Request-Driven Web Service": { why: "this one runs on App Runner", instead: KEEP },
  "Static Site": {
    why: "this one is files in S3 behind CloudFront",
    instead: "add cloudfront and frontend to the stack file: docs/parts.md#frontend",
  },
};

export function listService(
  { type, tree }: { readonly type: string; readonly tree: Tree },
  off: Draft["unserved"],
  environment: string,
  findings: Findings,
): void {
  const typed = find(tree, "type") ?? tree;
  const { why, instead } = off
    ? { why: "this one has http: false", instead: KEEP }
    : type === backend && find(tree, "http")
      ? {
          why: "this one needs an internal load balancer, and this stack's is public",
          instead: "write a second stack with loadBalancer.internal for it",
        }
      : (unserved[type] ?? {
          why: `Copilot documents no type ${JSON.stringify(type)}`,
          instead: KEEP,
        });
  findings.add(
    {
      at: (off?.tree ?? typed).at,
      key: off?.key ?? "type",
      reason: `this command writes services behind a load balancer, and ${why}`,
      instead,
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
