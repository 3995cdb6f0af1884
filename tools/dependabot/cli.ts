/** `npm run dependabot -- --stack dev > .github/dependabot.yml` */
import { parseArgs } from "node:util";
import { ConfigurationError } from "../../components/index";
import { readStack, UsageError } from "../forecast/stack";
import { renderDependabot } from "./render";

const usage = `Usage: npm run -s dependabot -- --stack dev [--repository owner/name]

Prints a .github/dependabot.yml for a repository of the stack. Default: the stack's github.repository.
`;

async function main(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { stack: { type: "string" }, repository: { type: "string" } },
    });
    if (!values.stack) throw new UsageError("--stack is missing");
    const { github, services } = await readStack(values.stack);
    const { repository = github?.repository } = values;
    const own = services.filter(
      (service) => (service.repository ?? github?.repository) === repository,
    );
    if (own.length === 0) throw new UsageError(`no service of the stack is in ${repository}`);
    process.stdout.write(renderDependabot(own));
    return 0;
  } catch (error) {
    const isUsage =
      error instanceof UsageError ||
      (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
    if (isUsage || error instanceof ConfigurationError) {
      process.stderr.write(`${(error as Error).message}\n${isUsage ? usage : ""}`);
      return isUsage ? 2 : 1;
    }
    throw error;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
