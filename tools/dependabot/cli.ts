/** `npm run dependabot -- --stack dev > .github/dependabot.yml` */
import { parseCommandLine, runCommand, UsageError } from "../command";
import { readStack } from "../stack-file/read";
import { renderDependabot } from "./render";

const usage = `Usage: npm run -s dependabot -- --stack dev [--repository owner/name]

Prints a .github/dependabot.yml for a repository of the stack. Default: the stack's github.repository, or the repository of release.source.
`;

async function main(): Promise<number> {
  const { values } = parseCommandLine({
    options: { stack: { type: "string" }, repository: { type: "string" } },
  });
  if (!values.stack) throw new UsageError("--stack is missing");
  const { github, release, services } = await readStack(values.stack);
  const { source } = release ?? {};
  if (source && source.type !== "github") {
    throw new UsageError(
      `Dependabot works only on GitHub, and the stack's code is on ${source.type}. Look there for updates of base images`,
    );
  }
  const preset = source?.repository ?? github?.repository;
  const { repository = preset } = values;
  const own = services.filter((service) => (service.repository ?? preset) === repository);
  if (own.length === 0) throw new UsageError(`no service of the stack is in ${repository}`);
  process.stdout.write(renderDependabot(own, { workflows: !release }));
  return 0;
}

void runCommand(main, usage).then((code) => {
  process.exitCode = code;
});
