import { checkRange } from "../shared/checks";
import { withDefaults } from "../shared/defaults";
import type { Problem } from "../shared/errors";
import { healthCheckDefaults } from "./defaults";

/** How the load balancer decides that a task may get requests. */
export interface HealthCheckArgs {
  /**
   * The path that the load balancer requests, at most 1024 characters.
   * @default "/"
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
   */
  readonly path?: string;
  /**
   * Status codes that count as healthy, 200 to 499: `200`, `200-299`, `200,204`.
   * @default "200-399"
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
   */
  readonly matcher?: string;
  /**
   * Seconds from one check to the next, 5 to 300. A new task gets requests after its first successful check, so a deployment
   * waits for this. AWS's default of 30 would add up to half a minute per step; below 10, the checks of many tasks become a
   * significant load.
   * @default 10
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
   */
  readonly interval?: number;
  /**
   * Seconds after which a check without an answer fails, 2 to 120. Must be less than the interval.
   * @default 5
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
   */
  readonly timeout?: number;
  /**
   * Successful checks in a row until an unhealthy task is healthy again, 2 to 10.
   * @default 2
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
   */
  readonly healthyThreshold?: number;
  /**
   * Failed checks in a row until a task is replaced, 2 to 10. With the default interval that takes 30 s, so a task survives
   * a short pause.
   * @default 3
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
   */
  readonly unhealthyThreshold?: number;
}

/** Every field is explicit, so AWS's defaults cannot change the service. */
export type HealthCheck = Required<HealthCheckArgs>;

export function resolveHealthCheck(args: HealthCheckArgs = {}): HealthCheck {
  return withDefaults(args, healthCheckDefaults);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export function checkHealthCheck(healthCheck: HealthCheck, path: string): Problem[] {
  const {
    path: url,
    matcher,
    interval,
    timeout,
    healthyThreshold,
    unhealthyThreshold,
  } = healthCheck;
  const problems = [
    ...checkRange(`${path}.interval`, interval, [5, 300], "seconds"),
    ...checkRange(`${path}.timeout`, timeout, [2, 120], "seconds"),
    ...checkRange(`${path}.healthyThreshold`, healthyThreshold, [2, 10], "checks"),
    ...checkRange(`${path}.unhealthyThreshold`, unhealthyThreshold, [2, 10], "checks"),
  ];
  if (timeout >= interval) {
    problems.push({
      path: `${path}.timeout`,
      value: timeout,
      allowed: `less than the interval of ${interval} s`,
      fix: `set timeout to ${Math.max(2, interval - 1)} or raise interval`,
      reads: [`${path}.interval`],
    });
  }
  if (!/^\/[^\s]{0,1023}$/.test(url)) {
    problems.push({
      path: `${path}.path`,
      value: url,
      allowed: "a path that starts with /, without spaces, at most 1024 characters",
      fix: url.startsWith("/") ? "escape other characters" : `write /${url}`,
    });
  }
  if (!/^[2-4]\d\d(?:[-,][2-4]\d\d)*$/.test(matcher)) {
    problems.push({
      path: `${path}.matcher`,
      value: matcher,
      allowed: "status codes from 200 to 499: one, a range (200-299) or a list (200,204)",
      fix: 'write it as a string, for example "200-299"',
    });
  }
  return problems;
}
