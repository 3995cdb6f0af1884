/** The library: everything that a program of your own may import. */
export * from "./cluster";
export * from "./deployment";
export { ConfigurationError, type Problem } from "./errors";
export * from "./fargate-service";
export * from "./github";
export * from "./image-repository";
export { keepNames } from "./keep-names";
export * from "./load-balancer";
export * from "./network";
export type { PolicyStatement } from "./policy";
export type { Transform } from "./transform";
