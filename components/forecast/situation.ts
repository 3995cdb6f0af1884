import type { ResolvedDeployment } from "../service/resolve";
import { type Assumptions, defaultAssumptions } from "./assumptions";

/** The configured and the assumed values of a forecast. */
export interface Situation
  extends Pick<
    ResolvedDeployment,
    | "deregistrationDelay"
    | "guards"
    | "healthCheck"
    | "healthCheckGracePeriodSeconds"
    | "strategy"
    | "worker"
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
    // Without tasks there is nothing to deploy, so the forecast is for one task.
    count: Math.max(1, service.desiredCount),
    assumed: {
      ...assumed,
      stopSeconds: Math.min(assumed.stopSeconds, service.stopTimeout),
      provisionSeconds:
        assumed.provisionSeconds + (service.compatibility === "EC2" ? assumed.instanceSeconds : 0),
    },
  };
}
