import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "./errors";

/**
 * The outputs of a stack: `dev` of this project, or `organization/project/dev`.
 *
 * Uses the invoke that `StackReference` uses, because the program could not turn a failure of `StackReference` into a
 * clear error. https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/resource/deploy/builtins.go (`readStackOutputs`)
 */
export async function readStackOutputs<Outputs>(from: string): Promise<Outputs | Error> {
  const name = from.includes("/")
    ? from
    : `${pulumi.getOrganization()}/${pulumi.getProject()}/${from}`;
  const answer: Promise<{ outputs: Outputs }> = pulumi.runtime.invoke(
    "pulumi:pulumi:readStackOutputs",
    { name },
  );
  return answer.then(
    ({ outputs }) => outputs,
    (error: Error) => new Error(reasonOf(error)),
  );
}

/** The engine's words: `Invocation of … returned an error: unknown stack "…"`. */
function reasonOf({ message }: Error): string {
  return message.split("returned an error: ").at(-1)?.trim() ?? message;
}

/**
 * The engine decrypts all outputs of the other stack, and says so if it cannot:
 * https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/secrets/providers.go
 */
const ENCRYPTED = /constructing secrets manager/;

/** Why the outputs of the stack cannot be read, and what to do. */
export function unreadable(path: string, stack: string, { message }: Error): Problem {
  return ENCRYPTED.test(message)
    ? {
        ...{ path, value: stack },
        allowed: `a stack whose secrets this run can decrypt: ${message}`,
        fix:
          `let this run decrypt ${stack}: with awskms, allow kms:Decrypt for its key, in the key policy and for these ` +
          `credentials; with a passphrase, use the same one. pulumi stack change-secrets-provider --stack ${stack} changes it`,
      }
    : {
        ...{ path, value: stack },
        allowed: `a stack that this backend has: ${message}`,
        fix: "correct the name (pulumi stack ls --all), or create that stack first",
      };
}
