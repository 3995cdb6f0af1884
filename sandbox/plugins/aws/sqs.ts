/** Amazon SQS. */
import type * as sqs from "@pulumi/aws/sqs";
import { sameDocument } from "../kit/values";
import { accountOf } from "./account";
import { accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/sqs/queue/ */
const queue = kept<sqs.QueueArgs, sqs.QueueState>({
  type: "aws:sqs/queue:Queue",
  name: { property: "name", maxLength: 80 },
  properties: {
    ...replacing("name"),
    ...accepted("kmsMasterKeyId"),
    messageRetentionSeconds: { default: 345600 },
    redrivePolicy: { computed: true, equal: sameDocument },
    sqsManagedSseEnabled: { computed: true },
    visibilityTimeoutSeconds: { default: 30 },
  },
  outputs: stable("arn", "url"),
  tagging: true,
  id: ({ name }) => String(name),
  async state(aws, name) {
    const account = await accountOf(aws);
    const url = `https://sqs.${aws.region}.amazonaws.com/${account}/${name}`;
    return { arn: arnOf(aws.region, "sqs", account, String(name)), url };
  },
});

export const resources = [queue];
