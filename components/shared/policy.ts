type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A statement of an IAM policy, with IAM's own keys. */
export interface PolicyStatement {
  /** @default "Allow" */
  readonly Effect?: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  /** @default none */
  readonly Condition?: Condition;
}

/** The principal that may assume a role, and the conditions. */
export interface Trust {
  readonly Principal: { readonly Service: string } | { readonly Federated: string };
  readonly Action: "sts:AssumeRole" | "sts:AssumeRoleWithWebIdentity";
  readonly Condition: Condition;
}

export function trustDocument(trust: Trust): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...trust }] });
}

export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}
