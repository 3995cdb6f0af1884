import { resolve } from "node:path";
import { type Problem, refuse } from "../../components/shared/errors";
import { parseCommandLine, UsageError } from "../command";
import { readGit } from "../init/git";
import { findRegion } from "../init/region";
import { writeStackFiles } from "../stack-file/write";
import { convert, type Options } from "./convert";
import { readPipelines } from "./pipeline";
import { readApplication } from "./read";
import { reportOf } from "./report";

const usage = `Usage: npm run from:copilot -- DIR [options]

Reads the manifests of an AWS Copilot application, in the folder copilot of DIR, and writes a stack file for each of its environments.
What has no counterpart is listed, with its line, the reason and what to do instead. It changes nothing on AWS and on GitHub.
docs/from-copilot.md describes how to move without downtime.

  --repository NAME    owner/name on GitHub; default: the pipeline's, or the remote of DIR
  --region NAME        the AWS region; default: AWS_REGION, or the profile's
  --branch NAME        the branch that deploys; default: the pipeline's, or main
  --application NAME   the application's name; default: the one in copilot/.workspace
  --domain NAME        the application's domain in Copilot: services without an alias get the hosts that they have there
  --environment NAME   an environment; repeat it for several; default: all that the files name
  --cluster ENV=NAME   the ECS cluster that the environment's stack uses, for example Copilot's; default: a new one
  --listener ENV=ARN   the listener of an existing load balancer that it uses, in the VPC that the environment names; default: a new one
  --force              replaces stack files that exist
`;

const subject = "npm run from:copilot";

/**
 * Writes the stack files into a folder. Returns what to print.
 *
 * @throws UsageError, ConfigurationError with every mistake
 */
export async function run(
  args: readonly string[],
  folder: string,
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string | undefined>> },
): Promise<string> {
  const { values, positionals } = parse(args);
  if (values.help) return usage;
  const [directory, ...more] = positionals;
  if (directory === undefined || more.length > 0)
    throw new UsageError("name one folder, the application's: npm run from:copilot -- ../my-app");
  const path = resolve(cwd, directory);
  const application = await readApplication(path);
  const region = values.region ?? (await findRegion(env))?.region;
  const remote = (await readGit(path)).repository;
  const pipeline = readPipelines(application.pipelines).repository;
  const repository = values.repository ?? pipeline ?? remote;
  refuse(subject, missing({ region, repository }), "nothing was written");
  const existing = {
    clusters: byEnvironment("--cluster", values.cluster),
    listeners: byEnvironment("--listener", values.listener),
  };
  const conversion = convert(application, {
    region: region ?? "",
    repository: repository ?? "",
    branch: values.branch,
    domain: values.domain,
    application: values.application,
    environments: values.environment,
    ...existing,
  });
  refuse(
    subject,
    unknownEnvironments(existing, [...conversion.files.keys()]),
    "nothing was written",
  );
  const written = await writeStackFiles(folder, conversion.files, {
    force: values.force,
    subject,
  });
  return reportOf(conversion, written);
}

function parse(args: readonly string[]) {
  return parseCommandLine({
    args: [...args],
    allowPositionals: true,
    options: {
      repository: { type: "string" },
      region: { type: "string" },
      branch: { type: "string" },
      application: { type: "string" },
      domain: { type: "string" },
      environment: { type: "string", multiple: true, default: [] },
      cluster: { type: "string", multiple: true, default: [] },
      listener: { type: "string", multiple: true, default: [] },
      force: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
}

function byEnvironment(flag: string, values: readonly string[]): Map<string, string> {
  return new Map(
    values.map((value) => {
      const [, environment = "", found = ""] = /^([^=]+)=(.+)$/.exec(value) ?? [];
      if (found === "") throw new UsageError(`${flag} needs an environment: dev=…, not ${value}`);
      return [environment, found];
    }),
  );
}

function unknownEnvironments(
  { clusters, listeners }: Pick<Required<Options>, "clusters" | "listeners">,
  known: readonly string[],
): Problem[] {
  const flags = [
    ["--cluster", clusters],
    ["--listener", listeners],
  ] as const;
  return flags.flatMap(([path, values]) =>
    [...values.keys()]
      .filter((name) => !known.includes(name))
      .map((value) => ({
        ...{ path, value },
        allowed: `an environment that becomes a stack: ${known.join(", ")}`,
        fix: "correct the name",
      })),
  );
}

function missing(answers: Readonly<Record<string, string | undefined>>): Problem[] {
  const fixes: Readonly<Record<string, string>> = {
    region: "for example --region us-east-1, or export AWS_REGION",
    repository: "--repository owner/name: neither a pipeline nor the folder's remote names one",
  };
  return Object.entries(answers)
    .filter(([, value]) => value === undefined)
    .map(([name]) => ({
      path: `--${name}`,
      value: undefined,
      allowed: `the ${name} of the stacks, which Copilot's files do not name`,
      fix: fixes[name] ?? "",
    }));
}
