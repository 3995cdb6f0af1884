/** Advice for a command whose engine ended with an error: the last lines that it prints. */
import type { RunResult } from "./base/processes";

export function advice(command: string, stack: string, result: RunResult): string {
  const output = `${result.stdout}\n${result.stderr}`;
  const again = `npm run sandbox -- ${command === "destroy" ? "down" : command} --stack ${stack}`;
  const edit = (what: string) =>
    `  1. Pulumi.${stack}.yaml: ${what}\n  2. npm run sandbox -- up --stack ${stack}\n  3. ${again}\n`;
  if (result.signal) {
    return (
      `The engine was ended by ${result.signal}, in the middle of \`pulumi ${command}\`.\nRun the same command again:\n` +
      `  ${again}\nIt adopts what this one created, and continues.`
    );
  }
  if (command === "destroy" && output.includes("because it is protected")) {
    return (
      `The stack ${stack} is protected, and nothing was deleted. To destroy it:\n` +
      edit("set deletionProtection: false under slipway:loadBalancer") +
      "`npm run sandbox -- down`, without --stack, removes the whole sandbox, protected\nstacks too."
    );
  }
  if (command === "destroy" && /RepositoryNotEmpty|consider using forceDelete/.test(output)) {
    return (
      "An image repository still contains images; the other resources may be deleted\nalready. To delete the images too:\n" +
      edit("set forceDelete: true under the service's imageRepository")
    );
  }
  if (/Provider with url \S+ already exists/.test(output)) {
    return (
      "Another stack created the identity provider for GitHub's tokens in this AWS\naccount, and an account can have only one:\n" +
      `  1. Pulumi.${stack}.yaml: set identityProvider: adopt under slipway:github\n  2. ${again}\n`
    );
  }
  if (output.includes("The specified priority is in use")) {
    return (
      "A service with another name is a new service, and Pulumi creates its rule\nbefore it deletes the old one, on AWS too:\n" +
      `  1. Pulumi.${stack}.yaml: set another rule.priority for the new service\n  2. ${again}\n`
    );
  }
  return (
    `pulumi ${command} failed. The lines above that begin with \`error:\` give the reason.\n` +
    "Correct it, and run the same command again: it continues where this one stopped.\n" +
    "`npm run sandbox -- down` removes the whole sandbox."
  );
}
