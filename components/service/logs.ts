import { checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import { checkRetention } from "../shared/log-retention";
import type { Unchecked } from "../shared/unchecked";
import type { ServiceSettings } from "./settings";

export function checkLogs(
  { logGroup, logRetentionInDays: days, logKmsKeyArn: key }: Unchecked<ServiceSettings>,
  path: string,
): Problem[] {
  if (logGroup === undefined) {
    return [
      ...checkRetention(days, `${path}.logRetentionInDays`),
      ...checkKmsKey(key, `${path}.logKmsKeyArn`),
    ];
  }
  const reads = [`${path}.logGroup`];
  return [
    ...checkString(`${path}.logGroup.existing`, logGroup.existing, {
      // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
      valid: /^[\w\-./#]{1,512}$/,
      allowed: "the name of a log group of CloudWatch, for example /team/api",
      fix: "give the name, not the ARN: aws logs describe-log-groups lists them",
    }),
    ...(days === undefined
      ? []
      : [
          {
            path: `${path}.logRetentionInDays`,
            value: days,
            allowed:
              "nothing together with logGroup.existing: an existing log group keeps its retention",
            fix: "remove it, or set the retention where the log group is created",
            reads,
          },
        ]),
    ...(key === undefined
      ? []
      : [
          {
            path: `${path}.logKmsKeyArn`,
            value: key,
            allowed:
              "nothing together with logGroup.existing: an existing log group keeps its encryption",
            fix: "remove it, or set the key where the log group is created",
            reads,
          },
        ]),
  ];
}
