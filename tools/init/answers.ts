import { stat } from "node:fs/promises";
import { posix } from "node:path";
import type { Ask } from "../../components/github/lookup/ask";
import { plainServiceName } from "../../components/service/check";
import type { Problem } from "../../components/shared/errors";
import { type Answer, Collector } from "./collector";
import { type Build, findDockerfile } from "./find-dockerfile";
import { type Flags, isProduction } from "./flags";
import { type GitFacts, readGit } from "./git";
import { type GitHubFacts, readGitHub } from "./github";
import { portIn } from "./port";
import type { Prompts } from "./prompts";
import { questions } from "./questions";
import { findRegion } from "./region";

/** All that the stack files need. */
export interface Answers {
  readonly repository: Answer<string>;
  readonly branch: Answer<string>;
  readonly region: Answer<string>;
  readonly name: Answer<string>;
  readonly port: Answer<number>;
  readonly healthPath: Answer<string>;
  readonly build: Build;
  /** Where users reach the production stacks. @default HTTP, by the load balancer's name */
  readonly https?: { readonly domain: string; readonly zone: string };
  readonly github: GitHubFacts;
}

export interface Surroundings {
  /** The folder of the application, as an absolute path. */
  readonly app: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ask: Ask;
  /** @default nobody is asked */
  readonly prompts?: Prompts | undefined;
}

/**
 * Finds every answer: in the flags, otherwise in the surroundings, otherwise it asks the user.
 *
 * @throws ConfigurationError with every missing and every wrong answer
 */
export async function findAnswers(flags: Flags, around: Surroundings): Promise<Answers> {
  const { app, env, ask, prompts } = around;
  const collector = new Collector(prompts);
  const isFolder = await stat(app).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) collector.add(missingFolder(app));
  const git: GitFacts = isFolder ? await readGit(app) : {};
  const repository = await collector.answer(questions.repository, flags.repository, {
    value: git.repository,
    source: "the remote of the application's folder",
  });
  // Another repository than the folder's is read on GitHub.
  const isLocal = flags.app !== undefined || isSame(repository?.value, git.repository);
  const github = repository ? await readGitHub(ask, repository.value, flags.branch) : {};
  const branch = await collector.answer(questions.branch, flags.branch, {
    value: github.defaultBranch ?? (isLocal ? git.defaultBranch : undefined),
    source: "the default branch",
  });
  const region = await findRegion(env);
  const answered = {
    region: await collector.answer(questions.region, flags.region, {
      value: region?.region,
      source: region?.source,
    }),
    name: await collector.answer(questions.name, flags.name, {
      value: repository && plainServiceName(repository.value.split("/")[1] ?? ""),
      source: "the repository's name",
      // Without a repository, a missing name would only repeat that mistake.
      optional: !repository,
    }),
  };
  const place = isLocal
    ? { app, root: git.root ?? app }
    : { ask, repository: repository?.value ?? "", branch: branch?.value ?? "" };
  const found = await findDockerfile(place, flags, collector);
  const { facts } = found ?? {};
  const file = posix.basename(found?.path ?? "Dockerfile");
  const port = await collector.answer(questions.port, flags.port, {
    value: facts && portIn(facts)?.toString(),
    source: `EXPOSE in the ${file}`,
    // Without a Dockerfile, a missing port would only repeat that mistake.
    optional: !facts,
    hint: facts && [...facts.ports, ...facts.otherPorts].join(", "),
  });
  const healthPath = await collector.answer(questions.healthPath, flags["health-path"], {
    value: facts?.healthCheck?.path ?? "/",
    source: facts?.healthCheck
      ? `HEALTHCHECK in the ${file}`
      : `the ${file} has no HEALTHCHECK with a URL`,
  });
  const https = await askHttps(flags, collector);
  const all = { repository, branch, ...answered, port, healthPath, found };
  const { found: build, ...answers } = collector.complete(all);
  return {
    ...answers,
    port: { ...answers.port, value: Number(answers.port.value) },
    build,
    ...(https && { https }),
    github,
  };
}

/** Only production stacks have a domain. */
async function askHttps({ domain: given, zone, stacks }: Flags, collector: Collector) {
  if (given === undefined && zone === undefined && !stacks.some(isProduction)) return undefined;
  const optional = zone === undefined;
  const domain = await collector.answer(questions.domain, given, { optional });
  if (!domain?.value) return undefined;
  const labels = domain.value.split(".");
  const parent = labels.slice(labels.length > 2 ? 1 : 0).join(".");
  const found = { value: parent, source: "the domain" };
  const beside = { key: questions.domain.key, value: domain.value };
  const answer = await collector.answer({ ...questions.zone, beside }, zone, found);
  return answer && { domain: domain.value, zone: answer.value };
}

/** GitHub's names are not case-sensitive. */
function isSame(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}

function missingFolder(app: string): Problem {
  return {
    path: "--app",
    value: app,
    allowed: "the folder of the application, a clone of its repository",
    fix: "correct the path, or leave it out and name the repository: --repository owner/name",
  };
}
