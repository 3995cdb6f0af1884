import type { ResolvedDeployment } from "../service/resolve";
import type { Prices } from "./assumptions";
import type { Phase } from "./types";

/** GiB of disk that every Fargate task has without charge. */
const freeStorage = 20;

/** USD for the tasks that run beside the usual ones. Traffic, logs and addresses are not in it. */
export function extraCost(
  service: ResolvedDeployment,
  count: number,
  phases: readonly Phase[],
  prices: Prices,
): number {
  const taskSeconds = phases.reduce(
    (sum, { seconds, tasks }) => sum + seconds * (tasks - count),
    0,
  );
  return Math.max(0, (taskSeconds / 3600) * taskHour(service, count, prices));
}

/** USD of one task for an hour, where some of the tasks run on Spot: of an average one. */
function taskHour(service: ResolvedDeployment, count: number, prices: Prices): number {
  const { cpu, memory, cpuArchitecture, ephemeralStorage } = service;
  const compute =
    (cpu / 1024) * prices.vcpuHour[cpuArchitecture] +
    (memory / 1024) * prices.gigabyteHour[cpuArchitecture];
  const storage = (ephemeralStorage - freeStorage) * prices.storageGigabyteHour;
  return compute * (1 - prices.spotDiscount * spotShare(service, count)) + storage;
}

/** First the bases, then the rest by weight. */
function spotShare({ capacityProviderStrategies }: ResolvedDeployment, count: number): number {
  const bases = capacityProviderStrategies.reduce((sum, { base }) => sum + base, 0);
  const weights = capacityProviderStrategies.reduce((sum, { weight }) => sum + weight, 0);
  const rest = Math.max(0, count - bases);
  const spot = capacityProviderStrategies
    .filter(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT")
    .reduce(
      (sum, { weight, base }) =>
        sum + Math.min(base, count) + (weights > 0 ? (rest * weight) / weights : 0),
      0,
    );
  return spot / count;
}
