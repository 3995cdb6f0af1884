/** What stands between workflows and the emulator; the evaluation is here for tests of policies too. */
export * from "./authorize";
export { type Gate, type GateOptions, startGate } from "./gate";
export { type Permission, requiredPermissions } from "./permissions";
