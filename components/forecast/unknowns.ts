import type { ResolvedDeployment } from "../service/resolve";
import type { Assumptions } from "./assumptions";
import { unhealthySeconds } from "./lives";
import { boundsOf } from "./rolling";
import type { Situation } from "./situation";

/** What is allowed, and will hurt. */
export function warningsOf(situation: Situation): string[] {
  const { assumed, healthCheck } = situation;
  const warnings: string[] = [];
  const needed = assumed.startupSeconds + healthCheck.interval;
  const given = unhealthySeconds(situation);
  if (needed > given) {
    warnings.push(
      `ECS ends a task that is not healthy ${given} s after its start, and this application needs up to ${needed} s: no release would ever succeed. Raise healthCheckGracePeriodSeconds to ${Math.ceil(needed)} or more`,
    );
  }
  if (boundsOf(situation).minimum === 0) {
    warnings.push(
      "minimumHealthyPercent: 0 lets ECS stop every task before a new one is healthy: users see errors in each deployment",
    );
  }
  return warnings;
}

/** What nobody can read from the configuration, and what the forecast took it for. */
export function unknownsOf(
  { autoscaling }: ResolvedDeployment,
  { strategy, count, assumed }: Situation,
  given: Partial<Assumptions>,
): string[] {
  const unknowns: string[] = [];
  if (given.startupSeconds === undefined) {
    unknowns.push(`the application's start: taken as ${assumed.startupSeconds} s (startupSeconds)`);
  }
  if (autoscaling && autoscaling.maxCapacity > count) {
    unknowns.push(
      `how many tasks run: taken as ${count}, the fewest; autoscaling may have made it ${autoscaling.maxCapacity}`,
    );
  }
  const hooks = Object.values(("hooks" in strategy && strategy.hooks) || {});
  const functions = hooks.filter((hook) => typeof hook === "string").length;
  if (functions > 0) {
    unknowns.push(`how long a hook takes: taken as ${assumed.hookSeconds} s each (hookSeconds)`);
  }
  const approval = strategy.type === "code-deploy" && strategy.approvalWaitTimeInMinutes;
  if (hooks.length > functions || approval) {
    unknowns.push(
      `when somebody approves: taken as ${assumed.approvalSeconds} s (approvalSeconds)`,
    );
  }
  return unknowns;
}
