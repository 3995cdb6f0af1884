/** What stands between workflows and the emulator; the evaluation is here for tests of policies too. */
export * from "./authorize";
export { startGate } from "./gate";
export { requiredPermissions } from "./permissions";
