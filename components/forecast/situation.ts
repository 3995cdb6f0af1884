import type { ResolvedDeployment } from "../service/resolve";
import { type Assumptions, defaultAssumptions } from "./assumptions";

/** What is configured, and what is assumed beside it. */
export interface Situation
  extends Pick<
    ResolvedDeployment,
    "deregistrationDelay" | "healthCheck" | "healthCheckGracePeriodSeconds" | "strategy"
  > {
  readonly count: number;
  readonly assumed: Assumptions;
}

export function situationOf(
  service: ResolvedDeployment,
  assumptions: Partial<Assumptions>,
): Situation {
  const assumed = { ...defaultAssumptions, ...assumptions };
  return {
    ...service,
    // A service that runs no task deploys none: the forecast is of its first task.
    count: Math.max(1, service.desiredCount),
    assumed: { ...assumed, stopSeconds: Math.min(assumed.stopSeconds, service.stopTimeout) },
  };
}
