import { bakeSeconds, periodInSeconds, secondsToAlarm } from "../service/guards/settings";
import type { Lives } from "./fleet";
import { exitingLives, goodLives } from "./lives";
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

/** The guard of exits, for a release whose tasks are healthy, work for a while and exit, again and again. */
export function crashWatchOf(situation: Situation): Watch | undefined {
  const { count, assumed } = situation;
  const restart = startSeconds(goodLives(situation), count);
  const seconds = secondsToExits(situation, assumed.crashSeconds, assumed.crashSeconds + restart);
  return seconds === undefined ? undefined : { by: "guard", seconds };
}

/** Seconds from the start until the guard of exits ends a release whose tasks exit at start; undefined if it does not. */
export function secondsToExitsAtStart(situation: Situation): number | undefined {
  const attempt = startSeconds(exitingLives(situation), situation.count);
  return secondsToExits(situation, attempt, attempt);
}

/** Assumes that all tasks exit at `first`, and again every `cycle` seconds. A minute's datapoint exists only after that minute. */
function secondsToExits(
  { strategy, guards: { exits }, count, assumed }: Situation,
  first: number,
  cycle: number,
): number | undefined {
  if (!exits || (strategy.type === "code-deploy" && !strategy.autoRollback)) {
    return undefined;
  }
  const between = (Math.ceil(exits.count / count) - 1) * cycle;
  const minutes = Math.ceil((first + between) / periodInSeconds);
  return between < exits.evaluationPeriods * periodInSeconds
    ? minutes * periodInSeconds + assumed.alarmDelaySeconds
    : undefined;
}

function startSeconds({ start }: Lives, count: number): number {
  return start(count).reduce(
    (sum, [, seconds]) => (Number.isFinite(seconds) ? sum + seconds : sum),
    0,
  );
}

/** Seconds that ECS watches the alarms after a rolling deployment, before it completes. */
export function rollingBakeSeconds({ strategy, guards, assumed }: Situation): number {
  return Math.max(bakeSeconds(guards), strategy.alarms.length > 0 ? assumed.alarmSeconds : 0);
}
