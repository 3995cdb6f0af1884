import type { Part, Phase, Revision } from "./types";

export const none: Revision = { pending: 0, running: 0, healthy: 0 };

/** The phases of a deployment with two complete sets of tasks, in the order in which they are added. */
export class ShiftTimeline {
  readonly phases: Phase[] = [];
  old: Revision;
  new: Revision = none;
  /** The new tasks' share of the requests, in percent. */
  share = 0;

  constructor(count: number) {
    this.old = { pending: 0, running: count, healthy: count };
  }

  add(name: string, part: Part, seconds: number): void {
    if (seconds <= 0) {
      return;
    }
    const last = this.phases.at(-1);
    this.phases.push({
      name,
      part,
      startSeconds: last ? last.startSeconds + last.seconds : 0,
      seconds,
      old: this.old,
      new: this.new,
      tasks: this.old.running + this.new.pending + this.new.running,
      traffic: { old: 100 - this.share, new: this.share },
    });
  }
}
