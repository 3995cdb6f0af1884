import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ResolvedWorker } from "../service/worker/settings";
import { locationOf } from "../shared/arn";
import type { PolicyStatement } from "../shared/policy";
import type { ServiceContext } from "./context";

export interface WorkerQueueArgs extends ResolvedWorker {
  /** The name of the queue. It is fixed, so that the services that send messages can name it before it exists. */
  readonly queueName: string;
}

/** 14 days, the longest time for which SQS keeps a message: people need time to look at the dead-letter queue. */
const longestRetentionSeconds = 1209600;

/**
 * A worker's queue with its dead-letter queue, both encrypted, or an existing queue.
 *
 * Cost: an account's first million requests a month are free, further ones USD 0.40 a million. Each task that waits for messages makes
 * three requests a minute.
 */
export class WorkerQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** The name of the dead-letter queue; undefined for an existing queue. */
  readonly deadLetterName: pulumi.Output<string> | undefined;
  private readonly keyArn: string | undefined;

  constructor(name: string, args: WorkerQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:fargate-service:WorkerQueue", name, {}, opts);
    const { queue } = args;
    if ("existing" in queue) {
      const { partition, region, account } = locationOf(queue.existing);
      const existing = queue.existing.split(":").at(-1) ?? "";
      const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
      this.arn = pulumi.output(queue.existing);
      this.name = pulumi.output(existing);
      this.url = pulumi.output(`https://sqs.${region}.${domain}/${account}/${existing}`);
    } else {
      this.keyArn = queue.kmsKeyArn;
      const encryption = queue.kmsKeyArn
        ? { kmsMasterKeyId: queue.kmsKeyArn }
        : { sqsManagedSseEnabled: true };
      const deadLetters = new aws.sqs.Queue(
        `${name}-dead-letters`,
        {
          name: `${args.queueName}-dead-letters`,
          messageRetentionSeconds: longestRetentionSeconds,
          ...encryption,
        },
        { parent: this },
      );
      const {
        arn,
        url,
        name: queueName,
      } = new aws.sqs.Queue(
        name,
        {
          name: args.queueName,
          visibilityTimeoutSeconds: queue.visibilityTimeoutSeconds,
          messageRetentionSeconds: queue.messageRetentionSeconds,
          redrivePolicy: deadLetters.arn.apply((deadLetterTargetArn) =>
            JSON.stringify({ deadLetterTargetArn, maxReceiveCount: queue.maxReceiveCount }),
          ),
          ...encryption,
        },
        { parent: this },
      );
      this.arn = arn;
      this.url = url;
      this.name = queueName;
      this.deadLetterName = deadLetters.name;
    }
    this.registerOutputs({ url: this.url });
  }

  /** The permissions of the worker's tasks for the queue. */
  taskStatements(): pulumi.Output<PolicyStatement[]> {
    return this.arn.apply((Resource) => [
      {
        Action: [
          "sqs:ChangeMessageVisibility",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl",
          "sqs:ReceiveMessage",
        ],
        Resource,
      },
      ...(this.keyArn ? [{ Action: "kms:Decrypt", Resource: this.keyArn }] : []),
    ]);
  }
}

/** The queue of a worker; undefined for a service behind the load balancer. */
export function queueOf({
  name,
  service: { worker },
  family,
  opts,
}: ServiceContext): WorkerQueue | undefined {
  return worker && new WorkerQueue(name, { ...worker, queueName: family }, opts);
}
