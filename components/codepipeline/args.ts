import type { Cluster } from "../cluster";
import type { FargateService } from "../fargate-service";
import type { Promotion } from "../github/promotion";
import type { BuildArgs, TestArgs } from "../github/workflow/args";
import type { ImageRepository } from "../image-repository";
import type { Notices } from "../notices";
import type { Pipelines } from "./pipelines";

/** The arguments of a {@link ServicePipeline}. */
export interface ServicePipelineArgs {
  /** What the pipelines of the stack share. */
  readonly pipelines: Pipelines;
  /** The service's cluster. */
  readonly cluster: Cluster;
  /** The repository to which the pipeline pushes images. */
  readonly imageRepository: ImageRepository;
  /** The service to deploy. */
  readonly service: FargateService;
  /** `owner/name` of the repository with the service's code. @default that of the pipelines' source */
  readonly repository?: string | undefined;
  /** How CodeBuild builds the image. @default the Dockerfile in the repository's root */
  readonly build?: BuildArgs;
  /** The commands that must succeed before a deployment. @default nothing */
  readonly test?: TestArgs | undefined;
  /** Where another stack has the images that are deployed without a build. @default none: the pipeline builds */
  readonly promote?: Promotion | undefined;
  /** Who gets a notice when an execution waits for an approval or ends. @default nobody */
  readonly notices?: Notices | undefined;
}
