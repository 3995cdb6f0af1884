import type { ServiceConfig } from "../../components/config";
import {
  type Assumptions,
  type DeploymentSettings,
  type Forecast,
  forecastDeployment,
  type Strategy,
} from "../../components/index";
import { resolveDeployment } from "../../components/service/resolve";
import { checkStrategy } from "../../components/service/strategy/check";
import { UsageError } from "../command";

/** The strategies to compare: all strategies with their defaults, or rolling with four pairs of percentages. */
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
  readonly name: string;
  readonly forecasts: readonly (readonly [string, Forecast])[];
  /** Choices that are invalid for this service, and why. */
  readonly refused: readonly string[];
}

export function compare(
  services: readonly ServiceConfig[],
  assumptions: Partial<Assumptions>,
  what: string,
): readonly Compared[] {
  if (what === "services") {
    const forecasts = services.map(
      (service) => [service.name, forecastDeployment(service, assumptions)] as const,
    );
    return [{ name: "services", forecasts, refused: [] }];
  }
  const candidates = choices[what];
  if (candidates === undefined) {
    const known = [...Object.keys(choices), "services"].join(", ");
    throw new UsageError(`--compare needs one of ${known}, not ${what}`);
  }
  return services.map((service) => ({
    name: service.name,
    ...compareOne(service, assumptions, candidates),
  }));
}

function compareOne(
  service: DeploymentSettings,
  assumptions: Partial<Assumptions>,
  candidates: readonly (readonly [string, Strategy])[],
): Omit<Compared, "name"> {
  const forecasts: (readonly [string, Forecast])[] = [];
  const refused: string[] = [];
  for (const [name, strategy] of candidates) {
    const candidate = { ...service, strategy };
    const problems = checkStrategy(resolveDeployment(candidate), "strategy");
    refused.push(...problems.map(({ path, fix }) => `${name}: ${path}: ${fix}`));
    if (!problems.some(({ path }) => path.startsWith("strategy"))) {
      forecasts.push([name, forecastDeployment(candidate, assumptions)]);
    }
  }
  return { forecasts, refused };
}
