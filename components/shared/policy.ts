import { checkString } from "./checks";
import type { Problem } from "./errors";
import type { Unchecked } from "./unchecked";

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A statement of an IAM policy, with IAM's own keys. */
export interface PolicyStatement {
  /** Whether the statement allows or denies. @default "Allow" */
  readonly Effect?: "Allow" | "Deny";
  /**
   * `s3:GetObject`; * and ? are wildcards.
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
   */
  readonly Action: string | readonly string[];
  /** ARNs, or `*`. */
  readonly Resource: string | readonly string[];
  /**
   * Conditions that a request must meet, by operator and key.
   * @default none
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
   */
  readonly Condition?: Condition;
}

/** The principal that may assume a role, and the conditions. */
export interface Trust {
  readonly Principal:
    | { readonly Service: string }
    | { readonly Federated: string }
    | { readonly AWS: string };
  readonly Action: "sts:AssumeRole" | "sts:AssumeRoleWithWebIdentity";
  readonly Condition?: Condition;
}

export function trustDocument(trust: Trust): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...trust }] });
}

/** The trust policy of a role that only an AWS service assumes. */
export function serviceTrust(Service: string, Condition: Condition = {}): string {
  return trustDocument({ Principal: { Service }, Action: "sts:AssumeRole", Condition });
}

/** The trust policy of a role that one other role of the account assumes. */
export function roleTrust(arn: string): string {
  return trustDocument({ Principal: { AWS: arn }, Action: "sts:AssumeRole" });
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export function checkPolicy(
  statements: readonly (Unchecked<PolicyStatement> | undefined)[],
  path: string,
): Problem[] {
  return statements.flatMap((statement, i) => [
    ...checkEach(statement?.Action, `${path}[${i}].Action`, {
      valid: /^(?:\*|[\w-]+:[\w*?]+)$/,
      allowed: "service:action, as in s3:GetObject; * and ? are wildcards",
      fix: "see https://docs.aws.amazon.com/service-authorization/latest/reference/",
    }),
    ...checkEach(statement?.Resource, `${path}[${i}].Resource`, {
      valid: /^(?:\*|arn:.+)$/,
      allowed: "an ARN, with * and ? as wildcards, or * for all resources",
      fix: "for example arn:aws:s3:::my-bucket/*",
    }),
  ]);
}

function checkEach(
  value: string | readonly (string | undefined)[] | undefined,
  path: string,
  rule: Parameters<typeof checkString>[2],
): Problem[] {
  if (value === undefined || typeof value === "string") {
    return checkString(path, value, rule);
  }
  if (value.length === 0) {
    return [
      { path, value, allowed: "at least one entry", fix: "add one, or remove the statement" },
    ];
  }
  return value.flatMap((item, i) => checkString(`${path}[${i}]`, item, rule));
}

export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}
