/** The gate between workflows and the emulator, and its policy evaluation for tests. */
export * from "./authorize";
export { startGate } from "./gate";
export { requiredPermissions } from "./permissions";
