import { withDefaults } from "../../shared/defaults";
import { queueDefaults } from "../defaults";
import { periodInSeconds, type ResolvedGuards } from "../guards/settings";
import type { HealthCheck } from "../health-check";

/** A service that gets no requests: its tasks take messages from a queue of SQS. */
export interface WorkerArgs {
  /** The queue: a new one with a dead-letter queue, or an existing one. @default a new one */
  readonly queue?: CreateQueueArgs | ExistingQueueArgs;
}

/** A new queue, and a dead-letter queue for messages that the worker cannot process. */
export interface CreateQueueArgs {
  /**
   * Seconds that a message stays hidden after a task has received it, 1 to 43200. It must be longer than the work on a message takes.
   * Otherwise another task gets the message, too.
   * @default 120
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
   */
  readonly visibilityTimeoutSeconds?: number;
  /**
   * The attempts for each message, 1 to 1000, before it goes to the dead-letter queue.
   * @default 3
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
   */
  readonly maxReceiveCount?: number;
  /**
   * Seconds until SQS deletes a message, 60 to 1209600. The dead-letter queue keeps messages for 14 days.
   * @default 345600
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
   */
  readonly messageRetentionSeconds?: number;
  /**
   * The ARN of a KMS key that encrypts both queues. Its policy must allow everyone who sends messages to use it.
   * @default none: SQS's own key
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
   */
  readonly kmsKeyArn?: string;
}

/** A queue of this account and region. Slipway does not change it. */
export interface ExistingQueueArgs {
  /** The ARN of the queue. */
  readonly existing: string;
}

/** A worker with a value for every argument that is not off. */
export interface ResolvedWorker {
  /** The queue. */
  readonly queue:
    | ExistingQueueArgs
    | (Required<Omit<CreateQueueArgs, "kmsKeyArn">> & Pick<CreateQueueArgs, "kmsKeyArn">);
}

export function resolveWorker({ queue = {} }: WorkerArgs): ResolvedWorker {
  if ("existing" in queue) {
    return { queue };
  }
  const { kmsKeyArn } = queue;
  return {
    queue: {
      ...withDefaults(queue, queueDefaults),
      ...(kmsKeyArn !== undefined && { kmsKeyArn }),
    },
  };
}

/** A new task of a worker works as soon as it runs. */
export const noHealthCheck: HealthCheck = {
  ...{ path: "/", matcher: "200", interval: 0, timeout: 0 },
  ...{ healthyThreshold: 0, unhealthyThreshold: 0 },
};

/** An hour. A larger value makes each deployment longer. */
const longestEvaluation = 60;

/**
 * One message that goes to the dead-letter queue ends a deployment. ECS watches for as long as a message that always fails needs to
 * get there: the visibility timeout times the number of attempts.
 */
export function workerGuards({ queue }: ResolvedWorker): ResolvedGuards {
  if ("existing" in queue) {
    return {};
  }
  const seconds = queue.visibilityTimeoutSeconds * queue.maxReceiveCount;
  const minutes = Math.ceil(seconds / periodInSeconds) + 1;
  return {
    deadLetters: { datapointsToAlarm: 1, evaluationPeriods: Math.min(longestEvaluation, minutes) },
  };
}
