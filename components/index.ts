/** The library's public exports. */
export * from "./cluster";
export * from "./deployment";
export * from "./fargate-service";
export * from "./forecast";
export * from "./github";
export * from "./image-repository";
export * from "./load-balancer";
export * from "./network";
export * from "./preview-comment";
export * from "./service";
export { ConfigurationError, type Problem } from "./shared/errors";
export { keepNames } from "./shared/keep-names";
export type { PolicyStatement } from "./shared/policy";
export type { Transform } from "./shared/transform";
