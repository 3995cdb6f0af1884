import { rollingBakeSeconds } from "./alarms";
import { breakerThreshold } from "./assumptions";
import { Fleet, type Lives, type Move } from "./fleet";
import { goodLives } from "./lives";
import type { Situation } from "./situation";
import type { Phase } from "./types";

/** How many tasks must stay healthy (ECS rounds up) and how many may run (ECS rounds down). */
export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

export function boundsOf({ strategy, count }: Situation): Bounds {
  const { minimumHealthyPercent, maximumPercent } = strategy;
  return {
    minimum: Math.ceil((count * minimumHealthyPercent) / 100),
    maximum: Math.floor((count * maximumPercent) / 100),
  };
}

/** The phases of a rolling deployment: new tasks replace the old ones as fast as the bounds allow. */
export function rollingPhases(situation: Situation): Phase[] {
  const { assumed } = situation;
  const fleet = new Fleet([{ revision: "old", count: situation.count }]);
  replace(fleet, "new", situation, goodLives(situation));
  fleet.wait("ECS sees that it is steady", "scheduler", assumed.schedulerSeconds);
  fleet.wait("bake: ECS watches the alarms", "bake", rollingBakeSeconds(situation));
  return [...fleet.phases];
}

/** The phases of a failing deployment: new tasks fail until the circuit breaker's threshold, then old tasks replace them. */
export function failingPhases(situation: Situation, failing: Lives): Phase[] {
  const { count, assumed } = situation;
  const fleet = new Fleet([{ revision: "old", count }]);
  const threshold = breakerThreshold(count);
  const bounds = boundsOf(situation);
  fleet.run(
    "new",
    failing,
    () => decide(fleet, "new", situation, bounds),
    () => fleet.failed >= threshold,
  );
  fleet.wait("the circuit breaker rolls back", "scheduler", assumed.schedulerSeconds);
  fleet.abandon("new", [["stopping", assumed.stopSeconds]]);
  replace(fleet, "old", situation, goodLives(situation));
  fleet.wait("ECS sees that it is steady", "scheduler", assumed.schedulerSeconds);
  return [...fleet.phases];
}

function replace(fleet: Fleet, incoming: "old" | "new", situation: Situation, lives: Lives): void {
  const bounds = boundsOf(situation);
  fleet.run(
    incoming,
    lives,
    () => decide(fleet, incoming, situation, bounds),
    () => fleet.count(incoming, "healthy") === situation.count && fleet.count() === situation.count,
  );
}

/** Starts and stops as many tasks as the bounds allow. That is also the worst case for the number of healthy tasks. */
function decide(
  fleet: Fleet,
  incoming: "old" | "new",
  { count, assumed }: Situation,
  { minimum, maximum }: Bounds,
): Move {
  const outgoing = incoming === "new" ? "old" : "new";
  const spare = fleet.count(undefined, "healthy") - minimum;
  const stop = Math.max(0, Math.min(fleet.count(outgoing, "healthy"), spare));
  const ending = (revision?: "old" | "new") => fleet.count(revision, "draining", "stopping");
  const counted = fleet.count() - (assumed.drainingTasksCount ? 0 : ending() + stop);
  const wanted = count - (fleet.count(incoming) - ending(incoming));
  return { stop, start: Math.max(0, Math.min(wanted, maximum - counted)) };
}
