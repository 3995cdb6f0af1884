import { withDefaults } from "../../shared/defaults";
import { capacityDefaults, deploymentDefaults } from "../defaults";

/** A share of the tasks on one kind of capacity. */
export interface CapacityProviderStrategy {
  /**
   * `FARGATE`, `FARGATE_SPOT`, or the name of a capacity provider of the cluster, on EC2. ECS does not mix Fargate and EC2 in a
   * service. `FARGATE_SPOT` costs about a third, and AWS may stop its tasks with a warning of two minutes.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-capacity-providers.html
   */
  readonly capacityProvider: string;
  /**
   * The relative share of the tasks beyond all bases, 0 to 1000.
   * @default 1
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
   */
  readonly weight?: number;
  /**
   * How many tasks run on this provider before weights apply, 0 to 100000. Only one provider may have a base.
   * @default 0
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
   */
  readonly base?: number;
}

/** The capacity providers that every cluster has. All others belong to one cluster, and are on EC2. */
export const fargateProviders = ["FARGATE", "FARGATE_SPOT"] as const;

/** ECS's word for what a task definition can run on. */
export type Compatibility = "EC2" | "FARGATE";

/** A service has capacity providers of one kind only: `check.ts` checks this. */
export function compatibilityOf(
  strategies: readonly { readonly capacityProvider: string }[],
): Compatibility {
  return strategies.some(({ capacityProvider }) => !onFargate(capacityProvider))
    ? "EC2"
    : "FARGATE";
}

export function onFargate(capacityProvider: string): boolean {
  return fargateProviders.some((name) => name === capacityProvider);
}

export function resolveCapacity(
  strategies: readonly CapacityProviderStrategy[] = deploymentDefaults.capacityProviderStrategies,
): Required<CapacityProviderStrategy>[] {
  return strategies.map(({ capacityProvider, ...share }) => ({
    capacityProvider,
    ...withDefaults(share, capacityDefaults),
  }));
}

/** How many of the tasks run on a provider: first its base, then its share of the rest by weight. */
export function tasksOn(
  capacityProvider: string,
  tasks: number,
  strategies: readonly {
    readonly capacityProvider: string;
    readonly weight: number;
    readonly base: number;
  }[],
): number {
  const sum = (all: typeof strategies, key: "base" | "weight") =>
    all.reduce((total, strategy) => total + strategy[key], 0);
  const own = strategies.filter((strategy) => strategy.capacityProvider === capacityProvider);
  const weights = sum(strategies, "weight");
  const rest = Math.max(0, tasks - sum(strategies, "base"));
  return (
    Math.min(tasks, sum(own, "base")) +
    (weights === 0 ? 0 : Math.ceil((rest * sum(own, "weight")) / weights))
  );
}
