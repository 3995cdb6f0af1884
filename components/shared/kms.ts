import { checkString } from "./checks";
import type { Problem } from "./errors";

/** CloudWatch Logs accepts only the ARN of a key: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html */
export function checkKmsKey(arn: string | undefined, path: string): Problem[] {
  return checkString(path, arn, {
    valid: /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/,
    allowed: "the ARN of a KMS key, in the stack's region: arn:aws:kms:…:key/…",
    fix: "aws kms describe-key --key-id alias/<name> --query KeyMetadata.Arn prints it",
  });
}
