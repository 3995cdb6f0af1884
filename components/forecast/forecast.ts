import { checkGuards } from "../service/guards/check";
import { bakeSeconds } from "../service/guards/settings";
import { type ResolvedDeployment, resolveDeployment } from "../service/resolve";
import type { DeploymentSettings } from "../service/settings";
import { checkStrategy } from "../service/strategy/check";
import { assertNever, refuse } from "../shared/errors";
import { crashWatchOf, watchOf } from "./alarms";
import type { Assumptions } from "./assumptions";
import { extraCost } from "./cost";
import { exposureOf } from "./exposure";
import { lengthOf, rollbackOf } from "./rollback";
import { boundsOf, rollingPhases } from "./rolling";
import { codeDeployPhases, shiftPhases, stepsOf } from "./shift";
import { type Situation, situationOf } from "./situation";
import type { Forecast, Part, Phase } from "./types";
import { unknownsOf, warningsOf } from "./unknowns";

/**
 * Predicts a deployment of this service: its phases, its duration and the reasons for it, its cost, and what happens to a bad
 * release.
 *
 * ```ts
 * forecastDeployment({ desiredCount: 2, strategy: { type: "canary" } }, { startupSeconds: 40 }).expectedSeconds;
 * ```
 *
 * @throws ConfigurationError for a strategy or guards that FargateService would refuse
 */
export function forecastDeployment(
  settings: DeploymentSettings,
  assumptions: Partial<Assumptions> = {},
): Forecast {
  const service = resolveDeployment(settings);
  const { count, strategy } = situationOf(service, assumptions);
  refuse("The forecast", [
    ...checkStrategy({ strategy, counts: [count, count] }, "strategy"),
    ...checkGuards(settings.guards, service, "guards"),
  ]);
  return forecast(service, assumptions);
}

/** Like {@link forecastDeployment}, for a service that is already resolved and checked. */
export function forecast(
  service: ResolvedDeployment,
  assumptions: Partial<Assumptions> = {},
): Forecast {
  const situation = situationOf(service, assumptions);
  const { strategy, count, assumed } = situation;
  const phases = phasesOf(situation);
  const rollback = rollbackOf(situation);
  return {
    strategy: strategy.type,
    count,
    minimumHealthy: boundsOf(situation).minimum,
    phases,
    expectedSeconds: lengthOf(phases),
    largestParts: partsOf(phases),
    peakTasks: Math.max(...phases.map(({ tasks }) => tasks)),
    extraCost: extraCost(service, count, phases, assumed.prices),
    rollback,
    rollbackSeconds: rollback.exits.seconds,
    exposure: exposureOf(situation, phases, watchOf(situation)),
    crashes: exposureOf(situation, phases, crashWatchOf(situation)),
    configured: {
      ...configuredOf(situation),
      migrationMinutes: service.migration?.timeoutMinutes ?? 0,
    },
    warnings: warningsOf(situation),
    unknowns: unknownsOf(service, situation, assumptions),
  };
}

function phasesOf(situation: Situation): Phase[] {
  const { strategy } = situation;
  switch (strategy.type) {
    case "rolling":
      return rollingPhases(situation);
    case "blue-green":
    case "canary":
    case "linear":
      return shiftPhases(situation, strategy);
    case "code-deploy":
      return codeDeployPhases(situation, strategy);
    default:
      return assertNever(strategy);
  }
}

function partsOf(phases: readonly Phase[]): Forecast["largestParts"] {
  const parts = new Map<Part, number>();
  for (const { part, seconds } of phases) {
    parts.set(part, (parts.get(part) ?? 0) + seconds);
  }
  return [...parts]
    .map(([part, seconds]) => ({ part, seconds }))
    .sort((a, b) => b.seconds - a.seconds);
}

function configuredOf({
  strategy,
  guards,
}: Situation): Omit<Forecast["configured"], "migrationMinutes"> {
  if (strategy.type === "rolling") {
    return { bakeMinutes: bakeSeconds(guards) / 60, terminationMinutes: 0, approvalMinutes: 0 };
  }
  const { percentages, minutesBetween } = stepsOf(strategy);
  const between = (percentages.length - 1) * minutesBetween;
  if (strategy.type === "code-deploy") {
    return {
      bakeMinutes: between,
      terminationMinutes: strategy.terminationWaitTimeInMinutes,
      approvalMinutes: strategy.approvalWaitTimeInMinutes ?? 0,
    };
  }
  const pauses = Object.entries(strategy.hooks).flatMap(([stage, hook]) => {
    // This stage occurs before each step of the shift.
    const times = stage === "PRE_PRODUCTION_TRAFFIC_SHIFT" ? percentages.length : 1;
    return typeof hook === "string" ? [] : Array.from({ length: times }, () => hook);
  });
  return {
    bakeMinutes: between + strategy.bakeTimeInMinutes,
    terminationMinutes: 0,
    approvalMinutes: pauses.reduce((sum, { timeoutInMinutes }) => sum + timeoutInMinutes, 0),
  };
}
