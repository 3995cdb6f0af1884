import type { FrontendSettings } from "../../frontend/settings";
import { actions } from "../workflow/actions";
import { commitOf, conditionOf, eventsOf } from "../workflow/events";
import { expression } from "../workflow/expressions";
import type { Author } from "../workflow/header";
import type { Events, Input, Job, Step } from "../workflow/model";
import { renderFile } from "../workflow/render";
import { checkoutSteps } from "../workflow/steps";
import type { Triggers } from "../workflow/trigger";
import { invalidateScript, keepScript, pointScript, publishScript } from "./scripts";

/** The name of the site in the names of the workflow file, of the role's secret and of the variable. */
export const frontendName = "frontend";

/** All values in the workflow file of a site. */
export interface FrontendWorkflowArgs extends Author {
  /** How the site is built. */
  readonly settings: FrontendSettings;
  /** The events that start a deployment. */
  readonly trigger: Triggers;
  /** The job's GitHub environment. @default none */
  readonly environment?: string | undefined;
  /** The secret that contains the ARN of the role to assume. */
  readonly roleSecret: string;
  /** The variable that contains the names of the AWS objects. */
  readonly namesVariable: string;
}

/** The names of the AWS objects that a run uses, in a variable on GitHub. */
export interface FrontendNames {
  readonly region: string;
  readonly bucket: string;
  readonly distribution: string;
  readonly releasePointer: string;
  readonly url: string;
}

const inputs: Readonly<Record<string, Input>> = {
  commit: {
    description: "Commit whose release users are to see again, without a build",
    type: "string",
    required: false,
  },
};

/** Minutes after which GitHub ends a job. */
const timeout = 30;

/** Renders the workflow. One job builds the site, without access to AWS. Another one publishes it, and runs nothing from the repository. */
export function renderFrontendWorkflow(args: FrontendWorkflowArgs): string {
  const { stack } = args;
  const title = `Deploy ${frontendName} to ${stack}`;
  return renderFile(
    {
      name: title,
      on: events(args),
      permissions: {},
      concurrency: { group: `deploy-${frontendName}-${stack}`, "cancel-in-progress": false },
      jobs: {
        build: buildJob(args),
        deploy: deployJob(args, title),
      },
    },
    args,
    "the role of the site",
  );
}

function events({ settings, trigger, roleSecret }: FrontendWorkflowArgs): Events {
  const { paths } = settings;
  const all = eventsOf({ trigger, build: { ...(paths && { paths }) }, roleSecret });
  return {
    ...all,
    ...(all.workflow_call && { workflow_call: { ...all.workflow_call, inputs } }),
    workflow_dispatch: { inputs },
  };
}

const builds = "inputs.commit == ''";

function buildJob({ stack, settings, trigger }: FrontendWorkflowArgs): Job {
  const { buildCommand, outputDirectory, nodeVersion, runsOn = "ubuntu-24.04" } = settings;
  return {
    name: `Build ${frontendName}`,
    if: [conditionOf(trigger), builds].filter(Boolean).join(" && "),
    "runs-on": runsOn,
    "timeout-minutes": timeout,
    permissions: { contents: "read" },
    steps: [
      ...checkoutSteps({ stack, trigger }),
      ...(nodeVersion === undefined
        ? []
        : [
            {
              name: "Install Node.js",
              uses: actions.setupNode.uses,
              with: { "node-version": nodeVersion },
            },
          ]),
      { name: "Build", run: buildCommand },
      {
        name: "Hand over the site",
        uses: actions.uploadArtifact.uses,
        with: {
          name: "site",
          path: outputDirectory,
          "retention-days": 1,
          "if-no-files-found": "error",
          // Such as .well-known.
          "include-hidden-files": true,
          overwrite: true,
        },
      },
    ],
  };
}

function deployJob(args: FrontendWorkflowArgs, title: string): Job {
  const { trigger, environment, settings } = args;
  const name = (key: keyof FrontendNames) =>
    expression(`fromJSON(vars.${args.namesVariable}).${key}`);
  const commit = ["inputs.commit", commitOf(trigger) ?? "github.sha"].join(" || ");
  const condition = conditionOf(trigger);
  return {
    name: title,
    needs: "build",
    // Without a status function, the skipped build of a rollback would also skip this.
    if: ["!cancelled() && !failure()", ...(condition ? [condition] : [])].join(" && "),
    "runs-on": "ubuntu-24.04",
    ...(environment && { environment: { name: environment, url: name("url") } }),
    "timeout-minutes": timeout,
    permissions: { "id-token": "write" },
    env: {
      AWS_REGION: name("region"),
      BUCKET: name("bucket"),
      DISTRIBUTION: name("distribution"),
      RELEASE_POINTER: name("releasePointer"),
      SITE_URL: name("url"),
      COMMIT: expression(commit),
    },
    steps: deploySteps(args, settings.immutablePaths ?? []),
  };
}

function deploySteps(
  { stack, roleSecret }: FrontendWorkflowArgs,
  immutablePaths: readonly string[],
): Step[] {
  return [
    {
      name: "Get the site",
      if: builds,
      uses: actions.downloadArtifact.uses,
      with: { name: "site", path: "site" },
    },
    {
      name: "Assume the deploy role",
      uses: actions.configureAwsCredentials.uses,
      with: {
        "role-to-assume": expression(`secrets.${roleSecret}`),
        "role-session-name": `${`deploy-${frontendName}-${stack}`.slice(0, 48)}-${expression("github.run_id")}`,
        "aws-region": expression("env.AWS_REGION"),
      },
    },
    { name: "Keep the release", if: builds, run: keepScript(immutablePaths) },
    { name: "Publish the release", run: publishScript },
    { name: "Empty CloudFront's cache", run: invalidateScript },
    { name: "Move the release pointer", run: pointScript },
  ];
}
