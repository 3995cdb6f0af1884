import { checkString } from "./checks";
import type { Problem } from "./errors";
import type { RegionalKind } from "./regional-arn";

/** Certificates of ACM. */
export const certificate: RegionalKind = {
  service: "acm",
  noun: "a certificate",
  fix: (region) =>
    `aws acm list-certificates --region ${region} lists those there, aws acm import-certificate adds one`,
};

/** Checks that a value is the ARN of a certificate. Another check compares its region. */
export function checkCertificate(
  path: string,
  arn: string | undefined,
  {
    where = "the stack's region",
    fix = "aws acm list-certificates lists them",
  }: { readonly where?: string; readonly fix?: string } = {},
): Problem[] {
  return checkString(path, arn, {
    valid: /^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
    allowed: `the ARN of an ACM certificate in ${where}: arn:aws:acm:…:certificate/…`,
    fix,
  });
}
