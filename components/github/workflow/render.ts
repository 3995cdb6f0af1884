import { Document, isMap, isPair, isScalar, visit } from "yaml";
import { actions } from "./actions";
import type { WorkflowArgs } from "./args";
import { conditionOf, eventsOf, imageTag } from "./events";
import { header } from "./header";
import type { Workflow } from "./model";
import { environmentVariables, writtenNames } from "./names";
import { steps } from "./steps";

/** The workflow file, with each action's version in a comment after its commit. */
export function renderWorkflow(args: WorkflowArgs): string {
  const document = new Document(workflow(args), { aliasDuplicateObjects: false });
  document.commentBefore = header(args);
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
      if (!isScalar(pair.value)) {
        return;
      }
      if (pair.key.value === "uses") {
        pair.value.comment = ` ${versions.get(String(pair.value.value))}`;
      }
      if (pair.key.value === "id-token") {
        pair.value.comment = " GitHub's token, for which AWS gives the deploy role";
      }
    },
    Seq(key, seq) {
      // A blank line between steps.
      if (key !== null && seq.items.length > 1 && seq.items.every((item) => isMap(item))) {
        seq.items.slice(1).forEach((item) => {
          if (isMap(item)) {
            item.spaceBefore = true;
          }
        });
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}

function workflow(args: WorkflowArgs): Workflow {
  const { service, stack, timeouts } = args;
  const condition = conditionOf(args.trigger);
  const names = writtenNames(args.names);
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
          environment: { name: args.environment, url: names.url },
        }),
        "timeout-minutes": timeouts.timeoutMinutes,
        permissions: { contents: "read", "id-token": "write" },
        env: { ...environmentVariables(names), IMAGE_TAG: imageTag(args.trigger) },
        steps: steps(args),
      },
    },
  };
}
