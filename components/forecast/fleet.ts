import type { Part, Phase } from "./types";

export type State = "provisioning" | "starting" | "checking" | "healthy" | "draining" | "stopping";

/** One state of a task, and how long it lasts. */
export type Stage = readonly [state: State, seconds: number];

/** Tasks that started together, so they change their state together. */
interface Group {
  readonly revision: "old" | "new";
  readonly count: number;
  readonly state: State;
  /** The states after this one. */
  readonly rest: readonly Stage[];
  readonly until: number;
}

/** The number of tasks that the scheduler starts and stops now. */
export interface Move {
  readonly start: number;
  readonly stop: number;
}

export interface Lives {
  /** The states of a new task from its start on. Without `healthy`, the task fails. */
  readonly start: (count: number) => readonly Stage[];
  /** The states of a task that is being stopped. */
  readonly stop: readonly Stage[];
}

/**
 * Simulates the tasks of a service while one revision replaces another. Each time a group of tasks changes its state, the
 * scheduler decides how many tasks to start and stop.
 */
export class Fleet {
  private groups: Group[];
  private now: number;
  private readonly seen: Phase[] = [];
  /** The number of tasks of the incoming revision that stopped and were never healthy. */
  failed = 0;

  constructor(groups: readonly { revision: "old" | "new"; count: number }[], startSeconds = 0) {
    this.now = startSeconds;
    this.groups = groups.map((group) => ({
      ...group,
      state: "healthy",
      rest: [],
      until: Number.POSITIVE_INFINITY,
    }));
  }

  get phases(): readonly Phase[] {
    return this.seen;
  }

  get seconds(): number {
    return this.now;
  }

  count(revision?: "old" | "new", ...states: readonly State[]): number {
    return this.groups
      .filter((group) => revision === undefined || group.revision === revision)
      .filter((group) => states.length === 0 || states.includes(group.state))
      .reduce((sum, { count }) => sum + count, 0);
  }

  /** Replaces the other revision by `incoming`, at the pace that `decide` returns, until `done`. */
  run(incoming: "old" | "new", lives: Lives, decide: () => Move, done: () => boolean): void {
    const outgoing = incoming === "new" ? "old" : "new";
    while (!done()) {
      const { start, stop } = decide();
      if (stop > 0) {
        this.take(outgoing, stop, lives.stop);
      }
      if (start > 0) {
        this.add(incoming, start, lives.start(start));
      }
      if (!this.groups.some(({ until }) => Number.isFinite(until))) {
        throw new Error("these percentages let no task start or stop");
      }
      this.record(...describe(this.groups, incoming), this.next());
      this.advance(incoming);
    }
  }

  /** Stops all tasks of a revision that are not stopping already. */
  abandon(revision: "old" | "new", life: readonly Stage[]): void {
    const ended = this.groups.filter(
      (group) =>
        group.revision === revision && group.state !== "draining" && group.state !== "stopping",
    );
    this.groups = this.groups.filter((group) => !ended.includes(group));
    for (const { count } of ended) {
      this.add(revision, count, life);
    }
  }

  /** Lets time pass without decisions of the scheduler. Tasks that are starting or stopping continue. */
  wait(name: string, part: Part, seconds: number): void {
    const end = this.now + seconds;
    while (this.next() <= end) {
      this.record(name, part, this.next());
      this.advance("new");
    }
    this.record(name, part, end);
    this.now = end;
  }

  private next(): number {
    return Math.min(...this.groups.map(({ until }) => until));
  }

  private add(revision: "old" | "new", count: number, life: readonly Stage[]): void {
    const [[state, seconds] = ["healthy", Number.POSITIVE_INFINITY] as Stage, ...rest] = life;
    this.groups.push({ revision, count, state, rest, until: this.now + seconds });
  }

  /** Stops a number of healthy tasks of a revision. */
  private take(revision: "old" | "new", count: number, life: readonly Stage[]): void {
    let left = count;
    this.groups = this.groups.flatMap((group) => {
      const taken =
        group.revision === revision && group.state === "healthy" ? Math.min(left, group.count) : 0;
      left -= taken;
      return taken === group.count ? [] : [{ ...group, count: group.count - taken }];
    });
    this.add(revision, count - left, life);
  }

  private advance(incoming: "old" | "new"): void {
    const next = this.next();
    this.now = next;
    this.groups = this.groups.flatMap((group) => {
      if (group.until > next) {
        return [group];
      }
      const [following, ...rest] = group.rest;
      if (following === undefined) {
        this.failed += group.revision === incoming ? group.count : 0;
        return [];
      }
      const [state, seconds] = following;
      return [{ ...group, state, rest, until: next + seconds }];
    });
  }

  private record(name: string, part: Part, until: number): void {
    if (until <= this.now) {
      return;
    }
    const healthy = { old: this.count("old", "healthy"), new: this.count("new", "healthy") };
    const all = healthy.old + healthy.new;
    const share = all === 0 ? 0 : (100 * healthy.new) / all;
    const phase: Phase = {
      name,
      part,
      startSeconds: this.now,
      seconds: until - this.now,
      old: { ...this.up("old"), healthy: healthy.old },
      new: { ...this.up("new"), healthy: healthy.new },
      tasks: this.count(),
      traffic: { old: all === 0 ? 0 : 100 - share, new: share },
    };
    const last = this.seen.at(-1);
    if (last && same(last, phase)) {
      this.seen[this.seen.length - 1] = { ...last, seconds: last.seconds + phase.seconds };
    } else {
      this.seen.push(phase);
    }
  }

  private up(revision: "old" | "new"): { pending: number; running: number } {
    const pending = this.count(revision, "provisioning");
    return { pending, running: this.count(revision) - pending };
  }
}

const descriptions: readonly (readonly [State, Part, (tasks: string) => string])[] = [
  ["provisioning", "image pull and start", (tasks) => `start ${tasks}`],
  ["starting", "application start", (tasks) => `${tasks} start up`],
  ["checking", "health check", (tasks) => `health check of ${tasks}`],
  ["draining", "drain and stop", (tasks) => `drain ${tasks}`],
  ["stopping", "drain and stop", (tasks) => `stop ${tasks}`],
];

/** The phase's name, and the part that its time counts for: the incoming revision's if tasks of both change. */
function describe(groups: readonly Group[], incoming: "old" | "new"): [string, Part] {
  const changing = descriptions.flatMap(([state, part, say]) =>
    (["new", "old"] as const).flatMap((revision) => {
      const count = groups
        .filter((group) => group.state === state && group.revision === revision)
        .reduce((sum, group) => sum + group.count, 0);
      return count > 0 ? [{ part, revision, text: say(`${count} ${revision}`) }] : [];
    }),
  );
  const main = changing.find(({ revision }) => revision === incoming) ?? changing[0];
  return [changing.map(({ text }) => text).join(", "), main?.part ?? "scheduler"];
}

function same(a: Phase, b: Phase): boolean {
  return (
    a.name === b.name &&
    a.tasks === b.tasks &&
    a.old.healthy === b.old.healthy &&
    a.new.healthy === b.new.healthy
  );
}
