/** The gate between workflows and the emulator, and its policy evaluation for tests. */

export { administrator } from "./account";
export type { Credentials } from "./assume";
export * from "./authorize";
export { type Gate, startGate } from "./gate";
export { requiredPermissions } from "./permissions";
