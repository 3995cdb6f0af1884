import { checkRange } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import type { ResolvedDeployment } from "../resolve";
import type { ResolvedStrategy } from "../strategy/resolve";
import { evaluationsOf, type GuardsArgs, leastBakeMinutes } from "./settings";

type Guarded = Pick<ResolvedDeployment, "guards" | "strategy">;

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_AlarmConfiguration.html */
const mostAlarmsOfCodeDeploy = 10;

export function checkGuards(
  args: Unchecked<false | GuardsArgs> | undefined,
  service: Guarded,
  path: string,
): Problem[] {
  const { errors, latency, unhealthyHosts, exits } = settings(args) ?? {};
  return [
    ...checkPercent(settings(errors)?.percent, `${path}.errors.percent`),
    ...checkRange(
      `${path}.errors.minimumErrors`,
      settings(errors)?.minimumErrors,
      [1, 1_000_000],
      "errors a minute",
    ),
    // A load balancer waits at most 4000 s for an answer:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout
    ...checkRange(
      `${path}.latency.milliseconds`,
      settings(latency)?.milliseconds,
      [1, 4_000_000],
      "milliseconds",
    ),
    ...checkRange(
      `${path}.unhealthyHosts.count`,
      settings(unhealthyHosts)?.count,
      [1, 1000],
      "tasks",
    ),
    ...checkRange(
      `${path}.exits.count`,
      settings(exits)?.count,
      [1, 1000],
      "tasks that exit within four minutes",
    ),
    ...checkWatch(service, path),
    ...checkNumber(service, path),
  ];
}

function settings<T>(guard: false | T | undefined): T | undefined {
  return guard === false ? undefined : guard;
}

function checkPercent(percent: number | undefined, path: string): Problem[] {
  if (percent === undefined || (percent > 0 && percent < 100)) {
    return [];
  }
  return [
    {
      path,
      value: percent,
      allowed: "more than 0 and less than 100 percent",
      fix: percent >= 100 ? "set it to 99 or less" : "1 means one answer in a hundred",
    },
  ];
}

/** Checks that each watched time is long enough for a guard to fire. Otherwise the deployment only looks guarded. */
function checkWatch({ guards, strategy }: Guarded, path: string): Problem[] {
  const least = leastBakeMinutes(guards);
  return watched(strategy)
    .filter(([, minutes]) => minutes >= 0 && minutes < least)
    .map(([setting, minutes]) => ({
      path: beside(path, `strategy.${setting}`),
      value: minutes,
      allowed: `at least ${least} minutes: the guards need them to end a deployment`,
      fix: `set it to ${least}, or set guards to false`,
      reads: [path],
    }));
}

/** The times in which the new release gets requests and ECS or CodeDeploy watches the alarms. */
function watched(strategy: ResolvedStrategy): [setting: string, minutes: number][] {
  switch (strategy.type) {
    case "blue-green":
    case "linear":
      return [["bakeTimeInMinutes", strategy.bakeTimeInMinutes]];
    case "canary":
      return [
        ["canaryBakeTimeInMinutes", strategy.canaryBakeTimeInMinutes],
        ["bakeTimeInMinutes", strategy.bakeTimeInMinutes],
      ];
    case "code-deploy":
      return [["terminationWaitTimeInMinutes", strategy.terminationWaitTimeInMinutes]];
    default:
      return [];
  }
}

function checkNumber({ guards, strategy }: Guarded, path: string): Problem[] {
  if (strategy.type !== "code-deploy") {
    return [];
  }
  const ours = evaluationsOf(guards).length;
  const most = mostAlarmsOfCodeDeploy - ours;
  if (strategy.alarms.length <= most) {
    return [];
  }
  return [
    {
      path: beside(path, "strategy.alarms"),
      value: strategy.alarms.length,
      allowed: `at most ${most} alarms: CodeDeploy watches ${mostAlarmsOfCodeDeploy}, and ${ours} are guards`,
      fix: "name fewer alarms, or set a guard to false",
      reads: [path],
    },
  ];
}

/** The path of another setting of the service. */
function beside(path: string, setting: string): string {
  return path.replace(/guards$/, setting);
}
