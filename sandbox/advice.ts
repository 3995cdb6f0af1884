/** Advice for a command whose engine ended with an error: the last lines that it prints. */
import type { RunResult } from "./base/processes";

export function advice(command: string, stack: string, result: RunResult): string {
  const output = `${result.stdout}\n${result.stderr}`;
  const again = `npm run sandbox -- ${command === "destroy" ? "down" : command} --stack ${stack}`;
  const edit = (what: string) =>
    `  1. Pulumi.${stack}.yaml: ${what}\n  2. npm run sandbox -- up --stack ${stack}\n  3. ${again}\n`;
  if (result.signal) {
    return (
      `The engine was ended by ${result.signal}, in the middle of \`pulumi ${command}\`. Run the same command again:\n` +
      `  ${again}\nIt adopts what this one created, and continues.`
    );
  }
  if (command === "destroy" && output.includes("because it is protected")) {
    return (
      `The stack ${stack} is protected, and nothing was deleted. To destroy it:\n` +
      edit("set deletionProtection: false under slipway:loadBalancer") +
      "`npm run sandbox -- down`, without --stack, removes the whole sandbox, protected stacks too."
    );
  }
  if (command === "destroy" && /RepositoryNotEmpty|consider using forceDelete/.test(output)) {
    return (
      "An image repository still contains images; the other resources may be deleted already. To delete the images too:\n" +
      edit("set forceDelete: true under the service's imageRepository")
    );
  }
  return (
    `pulumi ${command} failed. The lines above that begin with \`error:\` give the reason. Correct it, and run the same command\n` +
    "again: it continues where this one stopped. `npm run sandbox -- down` removes the whole sandbox."
  );
}
