import { Document, isMap, isNode, isPair, isScalar, visit } from "yaml";
import { actions } from "./actions";
import type { WorkflowArgs } from "./args";
import { conditionOf, eventsOf, imageTag } from "./events";
import { literal } from "./expressions";
import { type Author, header } from "./header";
import type { Workflow } from "./model";
import { environmentVariables } from "./names";
import { steps } from "./steps";

/** The workflow file, with each action's version in a comment after its commit. */
export function renderWorkflow(args: WorkflowArgs): string {
  return renderFile(workflow(args), args, "the deploy role");
}

/** Any workflow file of Slipway. `role` is what AWS gives for GitHub's token. */
export function renderFile(content: Workflow, author: Author, role: string): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  document.commentBefore = header(author);
  const versions = new Map(Object.values(actions).map(({ uses, version }) => [uses, version]));
  visit(document, {
    Pair(_, pair) {
      if (!isPair(pair) || !isScalar(pair.key)) {
        return;
      }
      if (pair.key.value === "workflow_run" && isMap(pair.value)) {
        // The linter cannot see that the job's condition refuses runs of forks.
        pair.value.commentBefore = " zizmor: ignore[dangerous-triggers]";
      }
      if (pair.key.value === "jobs" && isMap(pair.value)) {
        separate(pair.value.items.map(({ key }) => key));
      }
      if (!isScalar(pair.value)) {
        return;
      }
      if (pair.key.value === "uses") {
        pair.value.comment = ` ${versions.get(String(pair.value.value))}`;
      }
      if (pair.key.value === "pull-requests") {
        pair.value.comment = " the comment; this job has no access to AWS";
      }
      if (pair.key.value === "id-token") {
        pair.value.comment = ` GitHub's token, for which AWS gives ${role}`;
      }
    },
    Seq(key, seq) {
      if (key !== null && seq.items.every((item) => isMap(item))) {
        separate(seq.items);
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** A blank line between steps, and between jobs. */
function separate(nodes: readonly unknown[]): void {
  for (const node of nodes.slice(1).filter(isNode)) {
    node.spaceBefore = true;
  }
}

function workflow(args: WorkflowArgs): Workflow {
  const { service, stack, timeouts } = args;
  const condition = conditionOf(args.trigger);
  return {
    name: `Deploy ${service} to ${stack}`,
    on: eventsOf(args),
    permissions: {},
    // GitHub never cancels a running deployment; the newest push waits for it.
    concurrency: { group: `deploy-${service}-${stack}`, "cancel-in-progress": false },
    jobs: {
      deploy: {
        name: `Deploy ${service} to ${stack}`,
        ...(condition !== undefined && { if: condition }),
        "runs-on":
          args.build.runsOn ??
          (args.cpuArchitecture === "ARM64" ? "ubuntu-24.04-arm" : "ubuntu-24.04"),
        ...(args.environment && {
          environment: { name: args.environment, url: literal(args.names.url) },
        }),
        "timeout-minutes": timeouts.timeoutMinutes,
        permissions: { contents: "read", "id-token": "write" },
        env: { ...environmentVariables(args.names), IMAGE_TAG: imageTag(args.trigger) },
        steps: steps(args),
      },
    },
  };
}
