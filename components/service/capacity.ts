/** The capacity providers that every cluster has. Each other one is a cluster's own, on EC2. */
export const fargateProviders = ["FARGATE", "FARGATE_SPOT"] as const;

/** ECS's word for what a task definition can run on. */
export type Compatibility = "EC2" | "FARGATE";

/** A service has capacity providers of one kind only: `check-capacity.ts`. */
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
