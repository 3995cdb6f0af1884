export type { CapacityProviderStrategy, FargateServiceArgs } from "../service/settings";
export type { AutoscalingArgs, ScheduledActionArgs } from "./autoscaling";
export type {
  ContainerDefinition,
  ContainerDependency,
  ContainerHealthCheck,
  SidecarArgs,
} from "./container-definitions";
export { FargateService } from "./fargate-service";
export { ReleasePointer, type ReleasePointerArgs } from "./release-pointer";
