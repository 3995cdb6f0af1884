import type { StrategyName } from "../service/strategy/settings";

/** The tasks of one release during a phase. */
export interface Revision {
  /** Tasks that cost money but do not run yet: their image is being pulled. */
  readonly pending: number;
  /** Tasks whose containers run, including those that start up and those that drain. */
  readonly running: number;
  /** Tasks that may get requests: they pass the health check and are not draining. */
  readonly healthy: number;
}

/** The parts of a deployment's duration. */
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

/** A period of a deployment in which nothing changes. */
export interface Phase {
  /** A short description for people. */
  readonly name: string;
  /** What this period is spent on. */
  readonly part: Part;
  /** Seconds from the deployment's start. */
  readonly startSeconds: number;
  /** Its length in seconds. */
  readonly seconds: number;
  /** The tasks of the running release. */
  readonly old: Revision;
  /** The tasks of the new release. */
  readonly new: Revision;
  /** All tasks that cost money, pending and running. */
  readonly tasks: number;
  /** The percentage of the requests that each revision gets. */
  readonly traffic: {
    /** Percent of the requests that the running release gets. */
    readonly old: number;
    /** Percent of the requests that the new release gets. */
    readonly new: number;
  };
}

/** How a failing release is rolled back. */
export interface Rollback {
  /** Seconds from the deployment's start until only the old release runs; null if nothing rolls it back. */
  readonly seconds: number | null;
  /** What rolls it back. */
  readonly by: string;
  /** The settings that make the rollback faster. */
  readonly whatShortensIt: readonly string[];
  /** Empty if nothing rolls it back. */
  readonly phases: readonly Phase[];
}

/** How long a release that passes its health checks but is bad gets users' requests. */
export interface Exposure {
  /** Seconds from the deployment's start to the first request that it can get. */
  readonly startSeconds: number;
  /** Seconds from its first to its last request. */
  readonly seconds: number;
  /** The largest percentage of the requests that it gets during this time. */
  readonly peakPercent: number;
  /** The number of bad requests, as seconds: a bad release with all traffic would answer as many in this time. */
  readonly fullTrafficSeconds: number;
  /** Seconds from when it is noticed until it gets no requests. */
  readonly rollbackSeconds: number;
  /** Who notices it: a guard, an alarm of the strategy, or people. */
  readonly noticedBy: "guard" | "alarm" | "people";
  /** How it is rolled back. */
  readonly by: "weights" | "a new deployment";
}

/** What a deployment will do: its duration, tasks and cost, and what happens if the release is bad. */
export interface Forecast {
  /** The strategy of the deployment. */
  readonly strategy: StrategyName;
  /** The number of tasks at the start of the deployment. */
  readonly count: number;
  /** The number of healthy tasks that the configuration guarantees during the deployment. */
  readonly minimumHealthy: number;
  /** The periods of the deployment, in order. */
  readonly phases: readonly Phase[];
  /** Seconds from the start to the end of the deployment. */
  readonly expectedSeconds: number;
  /** The parts of the duration, the largest first. Their sum is `expectedSeconds`. */
  readonly largestParts: readonly {
    /** What the time is spent on. */
    readonly part: Part;
    /** The sum of its periods, in seconds. */
    readonly seconds: number;
  }[];
  /** The largest number of tasks that cost money at the same time. */
  readonly peakTasks: number;
  /** USD for the additional tasks during one deployment. */
  readonly extraCost: number;
  /** How a release that never becomes healthy is rolled back. */
  readonly rollback: {
    /** The tasks of the new release exit at start. */
    readonly exits: Rollback;
    /** The tasks of the new release run but never pass the health check. */
    readonly unhealthy: Rollback;
  };
  /** Seconds until a release whose tasks exit at start is rolled back; null if nothing rolls it back. */
  readonly rollbackSeconds: number | null;
  /** How long a release that passes its health checks and answers wrongly gets requests. */
  readonly exposure: Exposure;
  /** The same for a release whose tasks pass the health check, and then exit again and again. */
  readonly crashes: Exposure;
  /** Minutes that the configuration itself requires, independent of the tasks. */
  readonly configured: {
    /** Bake times and waits between the steps of a shift, in minutes. */
    readonly bakeMinutes: number;
    /** Minutes that CodeDeploy keeps the old tasks after the shift. */
    readonly terminationMinutes: number;
    /** The time limits of pauses and approvals, in minutes. */
    readonly approvalMinutes: number;
    /** The time limit of the migration, in minutes. It runs before the deployment and is in no other number. */
    readonly migrationMinutes: number;
  };
  /** Problems that every deployment will have, although the configuration is valid. */
  readonly warnings: readonly string[];
  /** Values that the configuration does not contain, and what the forecast assumes for them. */
  readonly unknowns: readonly string[];
}
