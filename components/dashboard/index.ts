/**
 * A dashboard of a stack's services.
 * @module
 */
export { Dashboard, type DashboardArgs } from "./dashboard";
export type { DashboardSettings, GrafanaArgs } from "./settings";
