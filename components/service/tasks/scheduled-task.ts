import { checkKeys, checkRange, checkString } from "../../shared/checks";
import { withDefaults } from "../../shared/defaults";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import { scheduledTaskDefaults } from "../defaults";
import { schedule, timeZone } from "../schedule";
import { checkOverride, resolveOverride, type Size, type TaskOverride } from "./override";

/** A task that runs the released image at set times. */
export interface ScheduledTaskArgs extends TaskOverride {
  /**
   * When it runs: `cron(0 3 * * ? *)`, `rate(1 hour)`, or once `at(2026-12-24T18:00:00)`. The task starts within the minute.
   * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
   */
  readonly schedule: string;
  /**
   * The time zone of `cron` and `at`, for example `Europe/Berlin`.
   * @default "UTC"
   */
  readonly timezone?: string;
  /** Whether the task runs. @default true */
  readonly enabled?: boolean;
  /**
   * How often the scheduler tries again if ECS refuses to start the task, 0 to 185. A task that starts and fails does not run again.
   * @default 3
   * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
   */
  readonly retryAttempts?: number;
  /**
   * Seconds after which the scheduler stops trying, 60 to 86400.
   * @default 3600
   * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
   */
  readonly maximumEventAgeInSeconds?: number;
  /**
   * The ARN of a standard queue of SQS, for runs that the scheduler could not start.
   * @default none: CloudWatch only counts them
   * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
   */
  readonly deadLetterQueueArn?: string;
}

/** A scheduled task, with a value for every argument that is not off. */
export type ResolvedScheduledTask = Required<Omit<ScheduledTaskArgs, "deadLetterQueueArn">> &
  Pick<ScheduledTaskArgs, "deadLetterQueueArn">;

export function resolveScheduledTask(
  args: ScheduledTaskArgs,
  service: Size,
): ResolvedScheduledTask {
  const { schedule, deadLetterQueueArn } = args;
  return {
    ...resolveOverride(args, service),
    schedule,
    ...withDefaults(args, scheduledTaskDefaults),
    ...(deadLetterQueueArn !== undefined && { deadLetterQueueArn }),
  };
}

type Tasks = Readonly<Record<string, Unchecked<ScheduledTaskArgs> | undefined>>;

export function checkScheduledTasks(tasks: Tasks, service: Size, path: string): Problem[] {
  return [
    ...checkKeys(path, tasks, {
      valid: /^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/,
      allowed: "names of at most 30 lower-case letters, digits and hyphens, the first one a letter",
      fix: "rename the task",
    }),
    ...Object.entries(tasks).flatMap(([name, task = {}]) => {
      const at = `${path}.${name}`;
      return [
        ...checkString(`${at}.schedule`, task.schedule, schedule),
        ...checkString(`${at}.timezone`, task.timezone, timeZone),
        ...checkOverride(task, service, at),
        ...checkRange(`${at}.retryAttempts`, task.retryAttempts, [0, 185], "attempts"),
        ...checkRange(
          `${at}.maximumEventAgeInSeconds`,
          task.maximumEventAgeInSeconds,
          [60, 86400],
          "seconds",
        ),
        ...checkString(`${at}.deadLetterQueueArn`, task.deadLetterQueueArn, {
          valid: (arn) => /^arn:[\w-]+:sqs:[a-z\d-]+:\d{12}:[\w-]{1,80}$/.test(arn),
          allowed: "the ARN of a standard queue of SQS: the scheduler takes no FIFO queue",
          fix: "aws sqs get-queue-attributes --attribute-names QueueArn prints it",
        }),
      ];
    }),
  ];
}
