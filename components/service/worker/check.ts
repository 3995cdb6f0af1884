import { checkRange, checkString } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import { checkKmsKey } from "../../shared/kms";
import type { Unchecked } from "../../shared/unchecked";
import type { ServiceSettings } from "../settings";
import type { CreateQueueArgs, ExistingQueueArgs } from "./settings";

/** The settings that only a service behind a load balancer has, and what to do instead. */
const ofRequests = {
  port: "remove it: nothing connects to a worker",
  rule: "remove it: a worker gets messages from its queue",
  signIn: "remove it: nobody opens a worker",
  healthCheck: "remove it. A health check of a sidecar is possible",
  healthCheckGracePeriodSeconds: "remove it: ECS has it only with a load balancer",
  deregistrationDelay: "remove it. A task has stopTimeout seconds to finish its message",
} satisfies Partial<Record<keyof ServiceSettings, string>>;

type Checked = Unchecked<ServiceSettings>;

export function checkWorker(args: Checked, path: string): Problem[] {
  const { worker, port, autoscaling } = args;
  if (!worker) {
    return [
      ...(port === undefined
        ? [
            {
              path: `${path}.port`,
              value: undefined,
              allowed: "a number: only a worker, which gets no requests, has no port",
              fix: "add it, or worker: {} for a service that takes messages from a queue",
              reads: [`${path}.worker`],
            },
          ]
        : []),
      ...notFor(
        `${path}.autoscaling.messagesPerTask`,
        autoscaling?.messagesPerTask,
        "a worker, which has a queue",
        "remove it, or use requestCountPerTarget",
        `${path}.worker`,
      ),
    ];
  }
  const reads = `${path}.worker`;
  return [
    ...Object.entries(ofRequests).flatMap(([key, fix]) =>
      notFor(
        `${path}.${key}`,
        args[key as keyof typeof ofRequests],
        "a service behind a load balancer: this one has worker",
        fix,
        reads,
      ),
    ),
    ...notFor(
      `${path}.autoscaling.requestCountPerTarget`,
      autoscaling?.requestCountPerTarget,
      "a service behind a load balancer: this one has worker",
      "use messagesPerTask",
      reads,
    ),
    ...(["errors", "latency", "unhealthyHosts"] as const).flatMap((guard) =>
      notFor(
        `${path}.guards.${guard}`,
        (args.guards || undefined)?.[guard] || undefined,
        "a service behind a load balancer: this guard watches its requests",
        "remove it. A worker has the guard exits, and an alarm on its dead-letter queue",
        reads,
      ),
    ),
    ...checkQueue(worker.queue ?? {}, `${path}.worker.queue`),
  ];
}

function notFor(
  path: string,
  value: unknown,
  allowed: string,
  fix: string,
  reads: string,
): Problem[] {
  return value === undefined
    ? []
    : [{ path, value, allowed: `only for ${allowed}`, fix, reads: [reads] }];
}

function checkQueue(
  queue: Unchecked<CreateQueueArgs> | Unchecked<ExistingQueueArgs>,
  path: string,
): Problem[] {
  if ("existing" in queue) {
    return checkString(`${path}.existing`, queue.existing, {
      valid: (arn) => /^arn:[\w-]+:sqs:[a-z\d-]+:\d{12}:[\w-]{1,80}(?:\.fifo)?$/.test(arn),
      allowed: "the ARN of a queue of SQS",
      fix: "aws sqs get-queue-attributes --attribute-names QueueArn prints it",
    });
  }
  const of = queue as Unchecked<CreateQueueArgs>;
  return [
    ...checkRange(
      `${path}.visibilityTimeoutSeconds`,
      of.visibilityTimeoutSeconds,
      [1, 43200],
      "seconds",
    ),
    ...checkRange(`${path}.maxReceiveCount`, of.maxReceiveCount, [1, 1000], "times"),
    ...checkRange(
      `${path}.messageRetentionSeconds`,
      of.messageRetentionSeconds,
      [60, 1209600],
      "seconds",
    ),
    ...checkKmsKey(of.kmsKeyArn, `${path}.kmsKeyArn`),
  ];
}
