import { deploymentDefaults } from "../service/defaults";
import type { ResolvedDeployment } from "../service/resolve";
import type { Prices } from "./assumptions";
import type { Phase } from "./types";

/** USD for the additional tasks during a deployment. It does not include traffic, logs and addresses. */
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

/** The properties of a service that decide the price of a task. */
export type PricedTask = Pick<
  ResolvedDeployment,
  | "cpu"
  | "memory"
  | "cpuArchitecture"
  | "ephemeralStorage"
  | "capacityProviderStrategies"
  | "compatibility"
>;

/** USD for one task and hour; the average if some tasks run on Spot. On EC2 only the instances cost something. */
export function taskHour(service: PricedTask, count: number, prices: Prices): number {
  const { cpu, memory, cpuArchitecture, ephemeralStorage } = service;
  if (service.compatibility === "EC2") {
    return 0;
  }
  const compute =
    (cpu / 1024) * prices.vcpuHour[cpuArchitecture] +
    (memory / 1024) * prices.gigabyteHour[cpuArchitecture];
  const storage =
    (ephemeralStorage - deploymentDefaults.ephemeralStorage) * prices.storageGigabyteHour;
  return compute * (1 - prices.spotDiscount * spotShare(service, count)) + storage;
}

/** The fraction of tasks on Spot. ECS fills the bases first, then places the other tasks by weight. */
function spotShare({ capacityProviderStrategies }: PricedTask, count: number): number {
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
