import { bakeSeconds, secondsToAlarm } from "../service/guards/settings";
import type { Situation } from "./situation";
import type { Exposure } from "./types";

/** Who ends a deployment whose release answers wrongly. */
export interface Watch {
  readonly by: Exclude<Exposure["noticedBy"], "people">;
  /** Seconds from the first wrong answer until ECS or CodeDeploy ends the deployment. */
  readonly seconds: number;
}

/** The fastest alarm that sees wrong answers; undefined if none ends a deployment. Slow or unhealthy tasks are other cases. */
export function watchOf({ strategy, guards, assumed }: Situation): Watch | undefined {
  if (strategy.type === "code-deploy" && !strategy.autoRollback) {
    return undefined;
  }
  const all: Watch[] = [
    ...(guards.errors
      ? [
          {
            by: "guard",
            seconds: secondsToAlarm(guards.errors, assumed.alarmDelaySeconds),
          } as const,
        ]
      : []),
    ...(strategy.alarms.length > 0
      ? [{ by: "alarm", seconds: assumed.alarmSeconds } as const]
      : []),
  ];
  return all.sort((a, b) => a.seconds - b.seconds)[0];
}

/** Seconds that ECS watches the alarms after a rolling deployment, before it completes. */
export function rollingBakeSeconds({ strategy, guards, assumed }: Situation): number {
  return Math.max(bakeSeconds(guards), strategy.alarms.length > 0 ? assumed.alarmSeconds : 0);
}
