import { actions } from "../workflow/actions";
import { workflowFiles } from "../workflow/args";
import { expression } from "../workflow/expressions";
import type { Author } from "../workflow/header";
import type { Job, Step } from "../workflow/model";
import { releaseScripts } from "../workflow/release-script";
import { renderFile } from "../workflow/render";
import { commentScript, previewScript } from "./scripts";
import {
  type Backend,
  type PreviewedStack,
  previewsPath,
  roleSecret,
  tokenDefaults,
  updateEnvironment,
} from "./settings";

/** All values in the two workflow files. */
export interface PreviewFilesArgs extends Author {
  /** Pull requests into this branch get a comment, and a push to it updates stacks. */
  readonly branch: string;
  /** The AWS region of the jobs. */
  readonly region: string;
  /** Where Pulumi keeps the stacks' state. */
  readonly backend: Backend;
  /** The stacks to preview, in the order of the comment. */
  readonly stacks: readonly PreviewedStack[];
  /**
   * The secret with the GitHub token of previews.
   * @default "SLIPWAY_PREVIEW_TOKEN"
   */
  readonly previewToken?: string | undefined;
  /**
   * The secret with the GitHub token of updates.
   * @default "SLIPWAY_UPDATE_TOKEN"
   */
  readonly updateToken?: string | undefined;
  /** Whether each update has a GitHub environment. */
  readonly environments: boolean;
}

const runner = "ubuntu-24.04";

/** A fork's pull request gets no token and no secret: its jobs are skipped, so that nothing looks failed. */
const ownPullRequest = "github.event.pull_request.head.repo.full_name == github.repository";

/** GitHub's limit for a comment, without the comment's own lines, shared by the stacks. */
const commentLimit = 64_000;

/** The workflow that comments on pull requests: a job previews each stack, and another one, without access to AWS, comments. */
export function renderPreviewWorkflow(args: PreviewFilesArgs): string {
  const { project, branch, stacks } = args;
  const limit = Math.floor(commentLimit / stacks.length);
  const jobs = stacks.map((stack) => [`preview-${stack.name}`, previewJob(args, stack, limit)]);
  const previews: Record<string, Job> = Object.fromEntries(jobs);
  return renderFile(
    {
      name: `Preview ${project}`,
      on: { pull_request: { branches: [branch] } },
      permissions: {},
      concurrency: {
        // A newer push makes a preview useless.
        group: `preview-${project}-${expression("github.event.pull_request.number")}`,
        "cancel-in-progress": true,
      },
      jobs: { ...previews, comment: commentJob(args, Object.keys(previews)) },
    },
    args,
    "a role that may only read",
  );
}

/** The workflow that updates stacks after a push to the branch, one after the other. */
export function renderUpdateWorkflow(args: PreviewFilesArgs): string {
  const { project, branch, stacks } = args;
  const updated = stacks.filter(({ update }) => update);
  const own = (["preview", "update"] as const).map((kind) => previewsPath(kind, project));
  const jobs = updated.map((stack, i) => {
    const before = updated[i - 1];
    return [`update-${stack.name}`, updateJob(args, stack, before && `update-${before.name}`)];
  });
  return renderFile(
    {
      name: `Update ${project}`,
      // An update itself commits these files.
      on: { push: { branches: [branch], "paths-ignore": [workflowFiles, releaseScripts, ...own] } },
      permissions: {},
      concurrency: { group: `update-${project}`, "cancel-in-progress": false },
      jobs: Object.fromEntries(jobs),
    },
    args,
    "the role of the update",
  );
}

function previewJob(args: PreviewFilesArgs, stack: PreviewedStack, limit: number): Job {
  const { previewToken = tokenDefaults.previewToken } = args;
  return {
    name: `Preview ${stack.name}`,
    if: ownPullRequest,
    "runs-on": runner,
    "timeout-minutes": 30,
    permissions: { contents: "read", "id-token": "write" },
    env: environmentOf(args, stack),
    steps: [
      ...programSteps(),
      ...accessSteps(args, stack, "preview"),
      {
        name: "Preview",
        env: { GITHUB_TOKEN: expression(`secrets.${previewToken}`), LIMIT: String(limit) },
        run: previewScript,
      },
      {
        name: "Hand the preview to the comment",
        if: expression("!cancelled()"),
        uses: actions.uploadArtifact.uses,
        with: {
          name: `preview-${stack.name}`,
          path: `previews/${stack.name}.md`,
          "retention-days": 1,
          "if-no-files-found": "ignore",
          overwrite: true,
        },
      },
    ],
  };
}

function commentJob({ project, stacks }: PreviewFilesArgs, needs: readonly string[]): Job {
  return {
    name: "Comment",
    needs,
    if: expression(`!cancelled() && ${ownPullRequest}`),
    "runs-on": runner,
    "timeout-minutes": 5,
    permissions: { "pull-requests": "write" },
    steps: [
      {
        name: "Get the previews",
        uses: actions.downloadArtifact.uses,
        with: { pattern: "preview-*", path: "previews", "merge-multiple": true },
      },
      {
        name: "Write the comment, or update it",
        uses: actions.githubScript.uses,
        env: { PROJECT: project, STACKS: stacks.map(({ name }) => name).join(" ") },
        with: { script: commentScript },
      },
    ],
  };
}

function updateJob(args: PreviewFilesArgs, stack: PreviewedStack, after?: string): Job {
  const { updateToken = tokenDefaults.updateToken, project, environments } = args;
  return {
    name: `Update ${stack.name}`,
    ...(after && { needs: [after] }),
    "runs-on": runner,
    ...(environments && {
      environment: { name: updateEnvironment({ project, stack: stack.name }) },
    }),
    "timeout-minutes": 60,
    permissions: { contents: "read", "id-token": "write" },
    env: environmentOf(args, stack),
    steps: [
      ...programSteps(),
      ...accessSteps(args, stack, "update"),
      {
        name: "Update",
        uses: actions.pulumi.uses,
        env: { GITHUB_TOKEN: expression(`secrets.${updateToken}`) },
        with: {
          command: "up",
          "stack-name": expression("env.PULUMI_STACK"),
          "comment-on-summary": true,
          color: "never",
          "suppress-outputs": true,
        },
      },
    ],
  };
}

function environmentOf({ region, backend }: PreviewFilesArgs, { name }: PreviewedStack) {
  return {
    AWS_REGION: region,
    ...(backend.type === "s3" && { PULUMI_BACKEND_URL: backend.url }),
    PULUMI_STACK: backend.type === "pulumi-cloud" ? `${backend.organization}/${name}` : name,
  };
}

/** The program with its packages, and Pulumi. */
function programSteps(): Step[] {
  return [
    {
      name: "Check out",
      uses: actions.checkout.uses,
      with: { "persist-credentials": false },
    },
    {
      name: "Set up Node.js",
      uses: actions.setupNode.uses,
      // Without a cache: a pull request could put something into it that an update reads.
      with: { "node-version-file": "package.json", "package-manager-cache": false },
    },
    { name: "Install Pulumi", uses: actions.pulumi.uses },
    { name: "Install packages", run: "npm ci" },
  ];
}

/** The steps that get access to the state and to AWS. The steps before them have no access. */
function accessSteps(
  { project, backend }: PreviewFilesArgs,
  { name }: PreviewedStack,
  kind: "preview" | "update",
): Step[] {
  const secret = roleSecret(kind, { project, stack: name });
  const team = backend.type === "pulumi-cloud" && kind === "preview" && backend.previewTeam;
  const token = "urn:pulumi:token-type:access_token";
  return [
    ...(backend.type === "pulumi-cloud"
      ? [
          {
            name: "Log in to Pulumi Cloud",
            uses: actions.pulumiAuth.uses,
            with: {
              organization: backend.organization,
              "requested-token-type": team ? `${token}:team` : `${token}:organization`,
              ...(team && { scope: `team:${team}` }),
            },
          },
        ]
      : []),
    {
      name: `Assume the ${kind} role`,
      uses: actions.configureAwsCredentials.uses,
      with: {
        "role-to-assume": expression(`secrets.${secret}`),
        "role-session-name": `${`${kind}-${name}`.slice(0, 48)}-${expression("github.run_id")}`,
        "aws-region": expression("env.AWS_REGION"),
      },
    },
  ];
}
