import type { ResolvedDeployment } from "../service/resolve";
import type { Assumptions } from "./assumptions";
import { unhealthySeconds } from "./lives";
import { boundsOf } from "./rolling";
import type { Situation } from "./situation";

/** Warnings about settings that are valid but cause problems. */
export function warningsOf(situation: Situation): string[] {
  const { assumed, healthCheck } = situation;
  const warnings: string[] = [];
  if (situation.worker) {
    // It has no health check to fail, and no users who wait.
    return warnings;
  }
  const needed = assumed.startupSeconds + healthCheck.interval;
  const available = unhealthySeconds(situation);
  if (needed > available) {
    warnings.push(
      `ECS stops a task that is not healthy ${available} s after its start, but this application needs up to ${needed} s: every release would fail. Raise healthCheckGracePeriodSeconds to ${Math.ceil(needed)} or more`,
    );
  }
  if (boundsOf(situation).minimum === 0) {
    warnings.push(
      "with minimumHealthyPercent: 0, ECS may stop all tasks before a new one is healthy: users get errors during each deployment",
    );
  }
  return warnings;
}

/** The values that the configuration does not contain, with what the forecast assumes for them. */
export function unknownsOf(
  { autoscaling, compatibility, migration, worker }: ResolvedDeployment,
  { strategy, count, assumed }: Situation,
  assumptions: Partial<Assumptions>,
): string[] {
  const unknowns: string[] = [];
  if (assumptions.startupSeconds === undefined) {
    unknowns.push(
      `how long the application takes to start: assumed ${assumed.startupSeconds} s (startupSeconds)`,
    );
  }
  if (autoscaling && autoscaling.maxCapacity > count) {
    unknowns.push(
      `how many tasks run: assumed ${count}, the minimum; autoscaling allows up to ${autoscaling.maxCapacity}`,
    );
  }
  if (worker) {
    unknowns.push(
      "how many messages a wrong release receives: each task takes its share from its start on, and requests here mean messages",
    );
  }
  if (migration) {
    unknowns.push(
      `how long the migration takes: at most ${migration.timeoutMinutes} min before the deployment, which are not in these times`,
    );
  }
  if (compatibility === "EC2") {
    unknowns.push(
      `whether the instances have room for the new tasks: assumed not, so they wait ${assumed.instanceSeconds} s for new ones (instanceSeconds). What these cost is not counted`,
    );
  }
  const hooks = Object.values(("hooks" in strategy && strategy.hooks) || {});
  const functions = hooks.filter((hook) => typeof hook === "string").length;
  if (functions > 0) {
    unknowns.push(`how long a hook takes: assumed ${assumed.hookSeconds} s each (hookSeconds)`);
  }
  const approval = strategy.type === "code-deploy" && strategy.approvalWaitTimeInMinutes;
  if (hooks.length > functions || approval) {
    unknowns.push(
      `how long an approval takes: assumed ${assumed.approvalSeconds} s (approvalSeconds)`,
    );
  }
  return unknowns;
}
