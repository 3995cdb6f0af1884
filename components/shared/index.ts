/**
 * What all components use: errors about wrong input, statements of policies, changes of child resources.
 * @module
 */
export { ConfigurationError, type Problem } from "./errors";
export { keepNames } from "./keep-names";
export type { PolicyStatement } from "./policy";
export type { Transform } from "./transform";
