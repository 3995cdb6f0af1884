import {
  type Assumptions,
  type Forecast,
  type ForecastSettings,
  forecastDeployment,
  type Strategy,
} from "../components";
import { checkStrategy } from "../components/deployment/check";
import { taskCounts } from "../components/fargate-service/check";
import { UsageError } from "./stack";

/** What one service would do under others' settings: all strategies with their defaults, or the four pairs of percents. */
const choices: Readonly<Record<string, readonly (readonly [string, Strategy])[]>> = {
  strategies: [
    ["rolling", { type: "rolling" }],
    ["blue-green", { type: "blue-green" }],
    ["canary", { type: "canary" }],
    ["linear", { type: "linear" }],
    ["code-deploy", { type: "code-deploy" }],
  ],
  percents: [
    [50, 100],
    [50, 150],
    [100, 150],
    [100, 200],
  ].map(([minimumHealthyPercent, maximumPercent]) => [
    `${minimumHealthyPercent}/${maximumPercent}`,
    { type: "rolling", minimumHealthyPercent, maximumPercent },
  ]),
};

export interface Compared {
  readonly forecasts: readonly (readonly [string, Forecast])[];
  /** Choices that this service would be refused, and why. */
  readonly refused: readonly string[];
}

export function compare(
  service: ForecastSettings,
  assumptions: Partial<Assumptions>,
  what: string,
): Compared {
  const candidates = choices[what];
  if (candidates === undefined) {
    throw new UsageError(`--compare takes ${Object.keys(choices).join(" or ")}, not ${what}`);
  }
  const deployed = {
    counts: taskCounts({ ...service, port: 80 }),
    requestCountPerTarget: service.autoscaling?.requestCountPerTarget !== undefined,
  };
  const forecasts: (readonly [string, Forecast])[] = [];
  const refused: string[] = [];
  for (const [name, strategy] of candidates) {
    const problems = checkStrategy(strategy, deployed, "strategy");
    refused.push(...problems.map(({ path, fix }) => `${name}: ${path}: ${fix}`));
    if (!problems.some(({ path }) => path.startsWith("strategy"))) {
      forecasts.push([name, forecastDeployment({ ...service, strategy }, assumptions)]);
    }
  }
  return { forecasts, refused };
}
