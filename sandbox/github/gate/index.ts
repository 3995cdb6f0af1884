/** The gate between workflows and the emulator, and its policy evaluation for tests. */
export * from "./authorize";
export type { Credentials, ServiceRequest } from "./assume";
export { type Gate, startGate } from "./gate";
export type { Permission } from "./calls";
export { requiredPermissions } from "./permissions";
