import { checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import type { Unchecked } from "../shared/unchecked";
import type { ServiceSettings } from "./settings";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
  3288, 3653,
];

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
            allowed: "nothing beside logGroup.existing: an existing log group keeps its retention",
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
            allowed: "nothing beside logGroup.existing: an existing log group keeps its encryption",
            fix: "remove it, or set the key where the log group is created",
            reads,
          },
        ]),
  ];
}

export function checkRetention(days: number | undefined, path: string): Problem[] {
  if (days === undefined || retentions.includes(days)) {
    return [];
  }
  const longer = retentions.find((known) => known > days);
  return [
    {
      path,
      value: days,
      allowed: `one of CloudWatch's values: ${retentions.join(", ")} days; 0 keeps logs forever`,
      fix: `set it to ${longer ?? 3653}`,
    },
  ];
}
