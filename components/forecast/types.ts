import type { StrategyName } from "../service/strategy";

export interface Revision {
  /** Tasks that are paid for and do not run yet: their image is being pulled. */
  readonly pending: number;
  /** Tasks whose containers run: those that start up and those that drain are among them. */
  readonly running: number;
  /** Tasks that may get requests: they pass the health check and are not draining. */
  readonly healthy: number;
}

/** What a deployment spends its time on. */
export type Part =
  | "approval"
  | "bake"
  | "drain and stop"
  | "health check"
  | "hooks"
  | "image pull and start"
  | "application start"
  | "scheduler"
  | "shift"
  | "termination wait";

/** A stretch of a deployment in which nothing changes. */
export interface Phase {
  /** What goes on, in words. */
  readonly name: string;
  readonly part: Part;
  /** From the deployment's start on. */
  readonly startSeconds: number;
  readonly seconds: number;
  readonly old: Revision;
  readonly new: Revision;
  /** All tasks that are paid for, pending and running. */
  readonly tasks: number;
  /** Percent of the requests. */
  readonly traffic: { readonly old: number; readonly new: number };
}

/** How a release that goes wrong comes to its end. */
export interface Rollback {
  /** From the deployment's start until only the old release is left; null where nothing ends it by itself. */
  readonly seconds: number | null;
  /** What ends it. */
  readonly by: string;
  readonly whatShortensIt: readonly string[];
  /** Empty where nothing ends it by itself. */
  readonly phases: readonly Phase[];
}

/** How a release that passes its health checks, but is wrong, stands before users until it is gone. */
export interface Exposure {
  /** From the deployment's start to the first request that it may get. */
  readonly startSeconds: number;
  /** From then until it gets none. */
  readonly seconds: number;
  /** The largest share of the requests that it gets in that time, in percent. */
  readonly peakPercent: number;
  /** The same harm as seconds in which it gets all requests. */
  readonly fullTrafficSeconds: number;
  /** From the moment it is noticed until it gets no requests. */
  readonly rollbackSeconds: number;
  /** How it is noticed: by an alarm of the strategy, or by somebody. */
  readonly noticedBy: "alarm" | "people";
  /** How it is ended. */
  readonly by: "weights" | "a new deployment";
}

export interface Forecast {
  readonly strategy: StrategyName;
  /** How many tasks run when the deployment begins. */
  readonly count: number;
  /** How many healthy tasks the configuration promises at every moment. */
  readonly minimumHealthy: number;
  readonly phases: readonly Phase[];
  readonly expectedSeconds: number;
  /** Largest first; together they are the expected seconds. */
  readonly largestParts: readonly { readonly part: Part; readonly seconds: number }[];
  readonly peakTasks: number;
  /** USD for the tasks that run beside the usual ones during one deployment. */
  readonly extraCost: number;
  readonly rollback: {
    /** The tasks of the new release exit at start. */
    readonly exits: Rollback;
    /** They run, and never pass the health check. */
    readonly unhealthy: Rollback;
  };
  /** Seconds until a release whose tasks exit at start is rolled back; null where nothing rolls it back. */
  readonly rollbackSeconds: number | null;
  readonly exposure: Exposure;
  /** Minutes that the configuration itself asks for, whatever the tasks do. */
  readonly configured: {
    /** Bake times, and the waits between the steps of a shift. */
    readonly bakeMinutes: number;
    readonly terminationMinutes: number;
    /** The longest that pauses and approvals may take. */
    readonly approvalMinutes: number;
  };
  /** What will go wrong with every release, though the configuration is allowed. */
  readonly warnings: readonly string[];
  /** What the forecast cannot know, and took for something. */
  readonly unknowns: readonly string[];
}
