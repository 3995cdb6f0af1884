/**
 * What a deployment will do: duration, tasks, cost, rollback.
 * @module
 */
export { type Assumptions, defaultAssumptions, type Prices } from "./assumptions";
export { forecastDeployment } from "./forecast";
export type {
  Exposure,
  Forecast,
  Part,
  Phase,
  Revision,
  Rollback,
} from "./types";
export {
  actionWaitMinutes,
  jobLimitWarning,
  jobTimeoutMinutes,
  longestMinutes,
  waitMinutes,
} from "./wait";
