import type { Prices } from "./assumptions";
import type { ForecastSettings, Phase } from "./types";

/** USD for the tasks that run beside the usual ones. Traffic, logs and addresses are not in it. */
export function extraCost(
  settings: ForecastSettings,
  count: number,
  phases: readonly Phase[],
  prices: Prices,
): number {
  const taskSeconds = phases.reduce(
    (sum, { seconds, tasks }) => sum + seconds * (tasks - count),
    0,
  );
  return Math.max(0, (taskSeconds / 3600) * taskHour(settings, count, prices));
}

/** USD of one task for an hour, where some of the tasks run on Spot: of an average one. */
export function taskHour(settings: ForecastSettings, count: number, prices: Prices): number {
  const { cpu = 256, memory = 512, cpuArchitecture = "X86_64", ephemeralStorage = 20 } = settings;
  const compute =
    (cpu / 1024) * prices.vcpuHour[cpuArchitecture] +
    (memory / 1024) * prices.gigabyteHour[cpuArchitecture];
  const storage = (ephemeralStorage - 20) * prices.storageGigabyteHour;
  return compute * (1 - prices.spotDiscount * spotShare(settings, count)) + storage;
}

/** First the bases, then the rest by weight. */
function spotShare({ capacityProviderStrategies = [] }: ForecastSettings, count: number): number {
  const bases = capacityProviderStrategies.reduce((sum, { base = 0 }) => sum + base, 0);
  const weights = capacityProviderStrategies.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const rest = Math.max(0, count - bases);
  const spot = capacityProviderStrategies
    .filter(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT")
    .reduce(
      (sum, { weight = 1, base = 0 }) =>
        sum + Math.min(base, count) + (weights > 0 ? (rest * weight) / weights : 0),
      0,
    );
  return spot / count;
}
