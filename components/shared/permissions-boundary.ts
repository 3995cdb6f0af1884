import * as pulumi from "@pulumi/pulumi";
import { checkString } from "./checks";
import type { Problem } from "./errors";

/** Gives a permissions boundary to every role of the program that has none of its own. */
export function limitRoles(permissionsBoundary: string): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type === "aws:iam/role:Role"
      ? // The SDK gives every property a key, also without a value.
        {
          props: {
            ...props,
            permissionsBoundary: props.permissionsBoundary ?? permissionsBoundary,
          },
          opts,
        }
      : undefined,
  );
}

export function checkManagedPolicy(arn: string | undefined, path: string): Problem[] {
  return checkString(path, arn, {
    valid: /^arn:[\w-]+:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]+$/,
    allowed: "the ARN of a managed policy",
    fix: "aws iam list-policies lists them",
  });
}
