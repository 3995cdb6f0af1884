export type { FargateServiceArgs } from "./args";
export type { ContainerDefinition } from "./container-definitions";
export { FargateService } from "./fargate-service";
export { ReleasePointer, type ReleasePointerArgs } from "./release-pointer";
