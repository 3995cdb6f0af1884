import type { ResolvedMigration } from "../../service/tasks/migration";
import type { Promotion } from "../promotion";
import type { NamesVariable, WorkflowNames } from "./names";
import type { WorkflowNotification } from "./notification";
import type { Triggers } from "./trigger";

/** How the workflow builds the image. */
export interface BuildArgs {
  /**
   * The build context: a folder, relative to the repository's root.
   * @default "."
   */
  readonly context?: string;
  /**
   * The Dockerfile, relative to the repository's root.
   * @default "Dockerfile" in the context
   */
  readonly dockerfile?: string;
  /**
   * The path of a buildspec that CodeBuild runs instead of the build, with `release`. It pushes the image under the name
   * `$IMAGE_REPOSITORY:$COMMIT`.
   * @default none: Slipway's own
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
   */
  readonly buildspec?: string;
  /** The stage to build. @default the last stage */
  readonly target?: string;
  /**
   * Build arguments. Everyone who has the image can read them, so never put a secret here: see `secrets`.
   * @default none
   * @see https://docs.docker.com/build/building/variables/
   */
  readonly args?: Readonly<Record<string, string>>;
  /**
   * Secrets of the repository or of the stack's environment that the Dockerfile mounts: the id in the Dockerfile (`RUN
   * --mount=type=secret,id=npm_token`), and the secret's name on GitHub; with `release`, the ARN of a secret in Secrets Manager or of a
   * parameter. They are in no layer and in no log.
   * @default none
   * @see https://docs.docker.com/build/ci/github-actions/secrets/
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * The label of the runner: one of GitHub's larger runners, or of your own runners. It needs Docker and the AWS CLI, and its
   * processor should fit the service's `cpuArchitecture`.
   * @default "ubuntu-24.04", or "ubuntu-24.04-arm" for ARM64
   */
  readonly runsOn?: string;
  /**
   * The platforms of the image, for example also `linux/arm64` for developers' machines. It must contain the service's own.
   * All others are emulated, which is slow.
   * @default the service's: `linux/amd64`, or `linux/arm64` for ARM64
   * @see https://docs.docker.com/build/building/multi-platform/
   */
  readonly platforms?: readonly string[];
  /**
   * Where the layers of earlier builds are: GitHub's cache (10 GB a repository), or the tag `buildcache` of the image
   * repository, which is then the only tag that may be overwritten.
   * @default "github"; with `release`, "none"
   * @see https://docs.docker.com/build/cache/backends/
   */
  readonly cache?: "github" | "registry" | "none";
  /**
   * Adds an attestation of how the image was built. With `max`, it contains the build arguments.
   * @default none
   * @see https://docs.docker.com/build/metadata/attestations/slsa-provenance/
   */
  readonly provenance?: "min" | "max";
  /**
   * Adds a list of the software in the image (SBOM).
   * @default false
   * @see https://docs.docker.com/build/metadata/attestations/sbom/
   */
  readonly sbom?: boolean;
  /**
   * Deploys only if a push, or a merged pull request, changes a file that matches one of GitHub's path patterns:
   * `services/api/**`. GitHub ignores paths for tags.
   * @default every push deploys
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
   */
  readonly paths?: readonly string[];
}

/** Docker's name of the service's platform. */
export function platformOf(cpuArchitecture: "X86_64" | "ARM64"): string {
  return cpuArchitecture === "ARM64" ? "linux/arm64" : "linux/amd64";
}

/** Tests before each deployment: commands, or a workflow of the same repository. They have no access to AWS and no secrets. */
export type TestArgs =
  | {
      /** Commands for bash, run in the repository's root: `npm ci && npm test`. */
      readonly run: string;
    }
  | {
      /** A workflow file that runs `on: workflow_call`: `.github/workflows/test.yml`. It can read the repository. */
      readonly workflow: string;
    };

/** All values in a workflow file. */
export interface WorkflowArgs {
  /** The service, which is also the container's name. */
  readonly service: string;
  /** The Pulumi project. */
  readonly project: string;
  /** The stack to deploy to. */
  readonly stack: string;
  /** The events that start a deployment. */
  readonly trigger: Triggers;
  /** The job's GitHub environment. @default none */
  readonly environment?: string | undefined;
  /** The secret that contains the ARN of the role to assume. */
  readonly roleSecret: string;
  /** The names of the AWS objects that a run uses, or the variable that has them. */
  readonly names: WorkflowNames | NamesVariable;
  /** How to build the image. */
  readonly build: BuildArgs;
  /** The processor type of the tasks. */
  readonly cpuArchitecture: "X86_64" | "ARM64";
  /** Where another stack has the images that are deployed without a build. @default none: the workflow builds */
  readonly promote?: Promotion | undefined;
  /** What must succeed before a deployment. @default nothing */
  readonly test?: TestArgs | undefined;
  /** The task that runs with the new image before the deployment. @default none */
  readonly migration?: ResolvedMigration | undefined;
  /** Whether the service has scheduled tasks, which get the image after its release. @default false */
  readonly scheduledTasks?: boolean | undefined;
  /** The deployment group, if CodeDeploy deploys. @default none: ECS deploys */
  readonly codeDeploy?:
    | {
        /** The deployment group's name. */
        readonly deploymentGroupName: string;
      }
    | undefined;
  /** How long a run may take. */
  readonly timeouts: Timeouts;
  /** Reports the end of a run. @default none */
  readonly notify?: WorkflowNotification | undefined;
}

/** Time limits in minutes, computed from the forecast of a deployment. */
export interface Timeouts {
  /** The deploy action's `wait-for-minutes`: how long it waits for ECS. */
  readonly waitForMinutes: number;
  /** The job's `timeout-minutes`: how long the job may run, including the build. */
  readonly timeoutMinutes: number;
}

/** The path of the Dockerfile in the repository. */
export function dockerfileOf({ context = ".", dockerfile }: BuildArgs): string {
  return dockerfile ?? (context === "." ? "Dockerfile" : `${context}/Dockerfile`);
}

/** The end of the message of each commit that writes a workflow file. */
export const commitMark = " with Slipway";

/** A pattern for the workflow files of all services and stacks. */
export const workflowFiles = ".github/workflows/deploy-*.yml";

export function workflowPath(service: string, stack: string): string {
  return `.github/workflows/deploy-${service}-${stack}.yml`;
}
