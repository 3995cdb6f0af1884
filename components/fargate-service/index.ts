/**
 * The service on Fargate, its roles, and the pointer to its released image.
 * @module
 */
export type { FargateServiceArgs } from "./args";
export type {
  ContainerDefinition,
  MountPoint,
  PlainVariable,
  PortMapping,
  SecretVariable,
} from "./container-definition";
export { FargateService } from "./fargate-service";
export type { Monitored } from "./monitored";
export type { ReleaseLimits } from "./release-limits";
export { ReleasePointer, type ReleasePointerArgs } from "./release-pointer";
export { TaskRoles, type TaskRolesArgs } from "./roles";
