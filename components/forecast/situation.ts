import { serviceDefaults } from "../service/defaults";
import { type HealthCheck, healthCheckOf } from "../service/health-check";
import { defaultStrategy, type Strategy } from "../service/strategy";
import { type Assumptions, defaultAssumptions } from "./assumptions";
import type { ForecastSettings } from "./types";

/** A service with nothing left out: what was configured, what a default says, what was assumed. */
export interface Situation {
  readonly strategy: Strategy;
  readonly count: number;
  readonly healthCheck: HealthCheck;
  readonly deregistrationDelay: number;
  readonly gracePeriod: number;
  readonly assumed: Assumptions;
}

/** The defaults are those of `FargateService`; a test holds them together. */
export function situationOf(
  settings: ForecastSettings,
  assumptions: Partial<Assumptions> = {},
): Situation {
  const assumed = { ...defaultAssumptions, ...assumptions };
  const count = settings.autoscaling?.minCapacity ?? settings.desiredCount ?? 1;
  return {
    strategy: settings.strategy ?? defaultStrategy,
    // A service that runs none deploys none: what is forecast is its first task.
    count: Math.max(1, count),
    healthCheck: healthCheckOf(settings.healthCheck),
    deregistrationDelay: settings.deregistrationDelay ?? serviceDefaults.deregistrationDelay,
    gracePeriod:
      settings.healthCheckGracePeriodSeconds ?? serviceDefaults.healthCheckGracePeriodSeconds,
    assumed: {
      ...assumed,
      stopSeconds: Math.min(
        assumed.stopSeconds,
        settings.stopTimeout ?? serviceDefaults.stopTimeout,
      ),
    },
  };
}
