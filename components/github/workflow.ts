import { Document, isMap, isPair, isScalar, visit } from "yaml";
import type { Problem } from "../errors";
import { actions, type PinnedAction } from "./actions";
import {
  beginRelease,
  endRelease,
  findImage,
  moveReleasePointer,
  reportCodeDeploy,
  reportFailure,
  verifyCodeDeploy,
  verifyDeployment,
  writeAppSpec,
} from "./scripts";
import type { SettingNames } from "./settings";

/** What starts a deployment: a push to one branch. Others will join this union. */
export interface PushTrigger {
  readonly type: "push";
  /** One branch, without wildcards: it is also the branch that the deploy role trusts. */
  readonly branch: string;
}

export type Trigger = PushTrigger;

export interface BuildArgs {
  /**
   * The folder that the build sees, from the repository's root on.
   * @default "."
   */
  readonly context?: string;
  /**
   * From the repository's root on.
   * @default "Dockerfile" in the context
   */
  readonly dockerfile?: string;
  /** The stage to build. Default: the last. */
  readonly target?: string;
  /** Build arguments. They can be read from the image: never a secret. */
  readonly args?: Readonly<Record<string, string>>;
  /**
   * Deploy only when a push changes one of these, in GitHub's own pattern language: `services/api/**`.
   * @default every push
   */
  readonly paths?: readonly string[];
}

/** All that a workflow depends on: plain data, so that the file can be read in the first preview. */
export interface WorkflowArgs {
  readonly service: string;
  readonly stack: string;
  readonly trigger: Trigger;
  /** The GitHub environment of the job, if there is one. */
  readonly environment?: string | undefined;
  readonly settings: SettingNames;
  readonly build: BuildArgs;
  readonly cpuArchitecture: "X86_64" | "ARM64";
  /** The deployment group, where CodeDeploy deploys. */
  readonly codeDeploy?: { readonly deploymentGroupName: string } | undefined;
  readonly timeouts: Timeouts;
}

/** From the forecast of a deployment, in minutes. */
export interface Timeouts {
  /** The deploy action's `wait-for-minutes`. */
  readonly waitForMinutes: number;
  /** The job's limit, the build included. */
  readonly timeoutMinutes: number;
}

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly action?: PinnedAction;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

export function workflowPath(service: string, stack: string): string {
  return `.github/workflows/deploy-${service}-${stack}.yml`;
}

/** A branch that GitHub and the trust policy take literally. */
export function checkBranch(branch: string, path: string): Problem[] {
  // https://git-scm.com/docs/git-check-ref-format, and no characters that GitHub's filters give a meaning.
  const valid = /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[^\s~^:?*[\]\\!+]+(?<![/.])$/;
  if (valid.test(branch)) {
    return [];
  }
  return [
    {
      path,
      value: branch,
      allowed: "the name of one branch; a wildcard would let any branch of that kind deploy",
      fix: "for example main",
    },
  ];
}

const header = (stack: string) =>
  ` Written by Slipway with every \`pulumi up\` of the stack ${stack}.\n Changes belong in the stack's configuration: the next update overwrites this file.`;

/** The workflow file, with each action's version beside its commit. */
export function renderWorkflow(args: WorkflowArgs): string {
  const document = new Document(workflow(args));
  document.commentBefore = header(args.stack);
  const versions = new Map(Object.values(actions).map(({ uses, version }) => [uses, version]));
  visit(document, {
    Pair(_, pair) {
      if (!isPair(pair) || !isScalar(pair.key) || !isScalar(pair.value)) {
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

function workflow(args: WorkflowArgs): object {
  const { service, stack, settings, timeouts } = args;
  return {
    name: `Deploy ${service} to ${stack}`,
    on: {
      push: {
        branches: [args.trigger.branch],
        ...(args.build.paths?.length && { paths: [...args.build.paths] }),
      },
      workflow_dispatch: {
        inputs: {
          "image-tag": {
            description: "Tag of an image in the registry to deploy; without one, this commit's",
            type: "string",
            required: false,
          },
        },
      },
    },
    permissions: {},
    // A deployment that has begun is never cancelled; the newest push waits for it.
    concurrency: { group: `deploy-${service}-${stack}`, "cancel-in-progress": false },
    jobs: {
      deploy: {
        name: `Deploy ${service} to ${stack}`,
        "runs-on": args.cpuArchitecture === "ARM64" ? "ubuntu-24.04-arm" : "ubuntu-24.04",
        ...(args.environment && { environment: args.environment }),
        "timeout-minutes": timeouts.timeoutMinutes,
        permissions: { contents: "read", "id-token": "write" },
        env: {
          AWS_REGION: variable(settings.region),
          ECR_REPOSITORY: variable(settings.imageRepository),
          ECS_CLUSTER: variable(settings.cluster),
          ECS_SERVICE: variable(settings.service),
          RELEASE_POINTER: variable(settings.releasePointer),
          RELEASE_RECORD: variable(settings.releaseRecord),
          IMAGE_TAG: expression("inputs.image-tag || github.sha"),
        },
        steps: steps(args).map(({ name, id, if: condition, action, ...rest }) => ({
          name,
          ...(id && { id }),
          ...(condition && { if: condition }),
          ...(action && { uses: action.uses }),
          ...rest,
        })),
      },
    },
  };
}

function steps(args: WorkflowArgs): Step[] {
  const { service, stack, settings, timeouts } = args;
  return [
    {
      name: "Check out",
      action: actions.checkout,
      with: { "persist-credentials": false },
    },
    {
      name: "Assume the deploy role",
      action: actions.configureAwsCredentials,
      with: {
        "role-to-assume": expression(`secrets.${settings.roleToAssume}`),
        "role-session-name": `deploy-${service}-${stack}`.slice(0, 64),
        "aws-region": expression("env.AWS_REGION"),
        // The credentials live as long as the job: a long deployment is waited for with them.
        ...(sessionSeconds(timeouts) > 3600 && {
          "role-duration-seconds": sessionSeconds(timeouts),
        }),
      },
    },
    { name: "Log in to ECR", id: "registry", action: actions.amazonEcrLogin },
    {
      name: "Look for the image",
      id: "image",
      env: {
        REGISTRY: expression("steps.registry.outputs.registry"),
        REQUESTED_TAG: expression("inputs.image-tag"),
      },
      run: findImage,
    },
    ...buildSteps(args),
    {
      name: "Say that a release is under way",
      id: "release",
      env: { TIMEOUT_MINUTES: String(timeouts.timeoutMinutes) },
      run: beginRelease,
    },
    {
      name: "Put the image into the newest task definition",
      id: "task-definition",
      action: actions.renderTaskDefinition,
      with: {
        "task-definition-family": variable(settings.taskDefinition),
        "container-name": service,
        image: expression("steps.image.outputs.image"),
      },
    },
    ...deploySteps(args),
    {
      name: "Move the release pointer",
      env: { IMAGE: expression("steps.image.outputs.image") },
      run: moveReleasePointer,
    },
    {
      name: "Say why the deployment failed",
      if: "failure() && steps.task-definition.outcome == 'success'",
      env: {
        DEPLOYED: expression("steps.deploy.outputs.task-definition-arn"),
        TASK_DEFINITION: variable(settings.taskDefinition),
      },
      run: reportFailure,
    },
    {
      name: "Say that the release is over",
      // Also when it failed or was cancelled: updates wait for this.
      if: "always() && steps.release.outcome != 'skipped'",
      run: endRelease,
    },
  ];
}

/** How long the role's credentials have to live. */
export function sessionSeconds({ timeoutMinutes }: Timeouts): number {
  return Math.max(3600, timeoutMinutes * 60);
}

function deploySteps({ settings, timeouts, codeDeploy }: WorkflowArgs): Step[] {
  const deployed = { DEPLOYED: expression("steps.deploy.outputs.task-definition-arn") };
  const verify = "Verify that the deployed revision runs";
  const deploy: Step = {
    name: "Deploy",
    id: "deploy",
    action: actions.deployTaskDefinition,
    with: {
      "task-definition": expression("steps.task-definition.outputs.task-definition"),
      cluster: expression("env.ECS_CLUSTER"),
      service: expression("env.ECS_SERVICE"),
      "wait-for-service-stability": true,
      "wait-for-minutes": timeouts.waitForMinutes,
      ...(codeDeploy && {
        "codedeploy-appspec": `${expression("runner.temp")}/appspec.json`,
        "codedeploy-application": variable(settings.codeDeployApplication),
        "codedeploy-deployment-group": codeDeploy.deploymentGroupName,
      }),
    },
  };
  if (!codeDeploy) {
    return [deploy, { name: verify, env: deployed, run: verifyDeployment }];
  }
  return [
    { name: "Write the AppSpec", env: { APPSPEC: variable(settings.appSpec) }, run: writeAppSpec },
    deploy,
    { name: verify, env: deployed, run: verifyCodeDeploy },
    {
      name: "Say what CodeDeploy says",
      if: "failure() && steps.deploy.outcome != 'skipped'",
      env: { DEPLOYMENT_ID: expression("steps.deploy.outputs.codedeploy-deployment-id") },
      run: reportCodeDeploy,
    },
  ];
}

function buildSteps({ service, stack, build, cpuArchitecture }: WorkflowArgs): Step[] {
  const missing = "steps.image.outputs.exists == 'false'";
  const context = build.context ?? ".";
  const buildArgs = Object.entries(build.args ?? {}).map(([name, value]) => `${name}=${value}`);
  const scope = `${service}-${stack}`;
  return [
    { name: "Set up Buildx", if: missing, action: actions.setupBuildx },
    {
      name: "Build and push the image",
      if: missing,
      action: actions.buildPush,
      with: {
        context,
        file: build.dockerfile ?? (context === "." ? "Dockerfile" : `${context}/Dockerfile`),
        ...(build.target && { target: build.target }),
        ...(buildArgs.length > 0 && { "build-args": buildArgs.join("\n") }),
        platforms: cpuArchitecture === "ARM64" ? "linux/arm64" : "linux/amd64",
        push: true,
        tags: expression("steps.image.outputs.image"),
        "cache-from": `type=gha,scope=${scope}`,
        "cache-to": `type=gha,scope=${scope},mode=max`,
        // One manifest a tag: the registry's lifecycle would count attestations as images.
        provenance: false,
      },
    },
  ];
}

function variable(name: string): string {
  return expression(`vars.${name}`);
}

function expression(text: string): string {
  return `\${{ ${text} }}`;
}
