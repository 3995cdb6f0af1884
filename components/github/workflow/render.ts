import { Document, isMap, isNode, isPair, isScalar, visit } from "yaml";
import { actions } from "./actions";
import type { TestArgs, WorkflowArgs } from "./args";
import { commitOf, conditionOf, eventsOf, imageTag } from "./events";
import { expression } from "./expressions";
import { type Author, header } from "./header";
import type { CallingJob, Job, Workflow } from "./model";
import { environmentVariables, writtenNames } from "./names";
import { steps } from "./steps";

/** The workflow file, with each action's version in a comment after its commit. */
export function renderWorkflow(args: WorkflowArgs): string {
  return renderFile(workflow(args), args, "the deploy role");
}

/** Renders any workflow file of Slipway. `role` names the role that AWS gives for GitHub's token. */
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
        // For a workflow of the same repository, linters want the newer `$/`, which not every server and tool knows.
        pair.value.comment = ` ${versions.get(String(pair.value.value)) ?? "zizmor: ignore[self-repository]"}`;
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
  const runsOn =
    args.build.runsOn ?? (args.cpuArchitecture === "ARM64" ? "ubuntu-24.04-arm" : "ubuntu-24.04");
  const { test } = args;
  const names = writtenNames(args.names);
  return {
    name: `Deploy ${service} to ${stack}`,
    on: eventsOf(args),
    permissions: {},
    // GitHub never cancels a running deployment; the newest push waits for it.
    concurrency: { group: `deploy-${service}-${stack}`, "cancel-in-progress": false },
    jobs: {
      ...(test && { test: testJob(args, test, runsOn) }),
      deploy: {
        name: `Deploy ${service} to ${stack}`,
        ...(test && { needs: "test" }),
        ...deployCondition(condition, test !== undefined),
        "runs-on": runsOn,
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

/** Minutes after which GitHub ends the tests. */
const testMinutes = 60;

/** The job with the tests. It does not run for an image that somebody requests by its tag: this image was tested when it was built. */
function testJob(args: WorkflowArgs, test: TestArgs, runsOn: string): Job | CallingJob {
  const condition = [conditionOf(args.trigger), "inputs.image-tag == ''"].filter(Boolean);
  const job = {
    name: `Test ${args.service}`,
    if: condition.join(" && "),
    permissions: { contents: "read" } as const,
  };
  if ("workflow" in test) {
    return { ...job, uses: `./${test.workflow}` };
  }
  const ref = commitOf(args.trigger);
  return {
    ...job,
    "runs-on": runsOn,
    "timeout-minutes": testMinutes,
    steps: [
      {
        name: "Check out",
        uses: actions.checkout.uses,
        with: { ...(ref && { ref: expression(ref) }), "persist-credentials": false },
      },
      { name: "Test", run: test.run },
    ],
  };
}

/** Without a status function, a skipped test would also skip the deployment. */
function deployCondition(condition: string | undefined, tested: boolean): { if?: string } {
  const all = [
    ...(tested ? ["!cancelled() && !failure()"] : []),
    ...(condition ? [condition] : []),
  ];
  return all.length > 0 ? { if: all.join(" && ") } : {};
}
