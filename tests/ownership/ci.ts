/**
 * Runs a release: the workflow's own scripts, run by bash with the AWS CLI, and between them the calls that its two ECS
 * actions make (`sandbox/github/actions` has the actions, which start too slowly for thousands of releases).
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS, type RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { utc } from "../../components/fargate-service/release";
import { renderReleaseScript } from "../../components/github/workflow/release-script";
import { containerImage } from "../../components/shared/image";
import {
  withoutEmpty,
  withoutReadOnly,
} from "../../sandbox/github/actions/aws-actions/task-definition";
import { type Aws, region } from "./aws";

export interface Place {
  readonly service: string;
  readonly family: string;
  /** The path of the two parameters. */
  readonly path: string;
}

/** Runs between two steps of a release. */
export type Between = (moment: Moment) => Promise<void>;
export type Moment = "started" | "registered" | "deploying" | "verified" | "moved";

export interface Release {
  /** With its tag and its digest. */
  readonly image: string;
  /** Does the deploy action report a rollback, as it does since v2.6.2? Otherwise the verify step must. */
  readonly tellsRollback?: boolean;
  readonly between?: Between;
}

export class Ci {
  private readonly ecs = new ECS({ region });
  private readonly ecr = new ECR({ region });
  private readonly script = renderReleaseScript({ project: "slipway", stack: "life" });
  private runs = 0;

  constructor(
    private readonly aws: Aws,
    private readonly place: Place,
  ) {}

  /** Pushes an image with a tag, and returns it with its digest. */
  async push(image: string): Promise<string> {
    const { repository: repositoryName = "", tag: imageTag } = parts(image);
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: imageTag, size: 2 },
      layers: [],
    });
    const pushed = await this.ecr.putImage({ repositoryName, imageTag, imageManifest });
    return `${image}@${pushed.image?.imageId?.imageDigest}`;
  }

  /** The step that failed, if any. */
  async release(release: Release): Promise<string | undefined> {
    this.runs += 1;
    const { repository, tag, byTag } = parts(release.image);
    const env = { ECR_REPOSITORY: repository, IMAGE_TAG: tag, IMAGE: byTag };
    await this.steps(["begin-release"], env);
    try {
      await this.deployAndMove(release);
    } catch (error) {
      await this.steps(["end-release"], env);
      return (error as Error).message;
    }
    return undefined;
  }

  private async deployAndMove({ image, tellsRollback = true, between }: Release): Promise<void> {
    await between?.("started");
    const revision = await this.register(image);
    await between?.("registered");
    await this.deploy(revision, tellsRollback, between);
    const env = {
      ...{ DEPLOYED: revision, OUTCOME: "success" },
      ...{ RELEASE: image, IMAGE: parts(image).byTag },
    };
    if (!between) {
      return this.steps(["verify-deployment", "move-release-pointer", "end-release"], env);
    }
    await this.steps(["verify-deployment"], env);
    await between("verified");
    await this.steps(["move-release-pointer"], env);
    await between("moved");
    await this.steps(["end-release"], env);
  }

  /** Registers the newest revision with another image and the same tags: the render action and the first part of the deploy action. */
  private async register(image: string): Promise<string> {
    const { taskDefinition, tags } = await this.ecs.describeTaskDefinition({
      taskDefinition: this.place.family,
      include: ["TAGS"],
    });
    const [main] = taskDefinition?.containerDefinitions ?? [];
    if (main) {
      Object.assign(main, containerImage(image));
    }
    const rendered = withoutReadOnly(withoutEmpty({ ...taskDefinition, tags }));
    const registered = await this.ecs.registerTaskDefinition(
      rendered as unknown as RegisterTaskDefinitionCommandInput,
    );
    return registered.taskDefinition?.taskDefinitionArn ?? "";
  }

  private async deploy(revision: string, tellsRollback: boolean, between?: Between) {
    const { service } = this.place;
    await this.ecs.updateService({ cluster: "dev", service, taskDefinition: revision });
    await between?.("deploying");
    const [found] = await this.services();
    const running = found?.deployments?.find(({ status }) => status === "PRIMARY");
    if (tellsRollback && running?.taskDefinition !== revision) {
      throw new Error("the deployment was rolled back, says the action");
    }
  }

  async services() {
    const { services = [] } = await this.ecs.describeServices({
      cluster: "dev",
      services: [this.place.service],
    });
    return services;
  }

  /** Runs steps like GitHub, but from one bash: each in its own shell, and none after a failed one. */
  private async steps(commands: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
    const { service, path } = this.place;
    const options = {
      env: {
        ...this.aws.env,
        ECS_CLUSTER: "dev",
        ECS_SERVICE: service,
        RELEASE_POINTER: `${path}/image`,
        RELEASE_RECORD: `${path}/release`,
        DEADLINE: utc(new Date(Date.now() + 45 * 60_000)),
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_REPOSITORY: "octo-org/octo-app",
        GITHUB_RUN_ID: String(this.runs),
        GITHUB_OUTPUT: "/dev/null",
        GITHUB_STEP_SUMMARY: "/dev/null",
        ...env,
      },
    };
    const all = commands.map((command) => `(set -- ${command}\n${this.script})`).join("\n");
    // Without --norc, bash takes Node's pipe for a network connection, and reads the user's ~/.bashrc.
    await promisify(execFile)("bash", ["--norc", "-e", "-c", all], options).catch(
      ({ stdout, stderr }) => {
        throw new Error(`${stdout}${stderr}`.trim());
      },
    );
  }
}

function parts(image: string) {
  const [byTag = ""] = image.split("@");
  const [, repository = "", tag = ""] = /^[^/]+\/(.+):(.+)$/.exec(byTag) ?? [];
  return { repository, tag, byTag };
}
