import * as pulumi from "@pulumi/pulumi";

/**
 * The outputs of a stack: `dev` of this project, or `organization/project/dev`.
 *
 * Asks with the invoke that is behind `StackReference`, whose failure the program could not turn into a clear error.
 * https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/resource/deploy/builtins.go (`readStackOutputs`)
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
