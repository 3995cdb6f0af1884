import { deployedOf, gitHubOf, type StackConfig } from "../../../components/config";
import { findProgramRepository, findRepositories } from "../../../components/github";
import type { Problem } from "../../../components/shared/errors";
import { type Check, check, good, unknown, type Verdict } from "../check";
import { problemsOf, verdictOf } from "./problems";

/** The lines, each with the paths of the problems that it shows. The last one shows all others. */
const lines = [
  {
    id: "token",
    title: "Token",
    paths: /^(?:GITHUB_TOKEN|GitHub|github:baseUrl)$/,
    says: "GitHub accepts it, and it may administer the repository",
  },
  { id: "repository", title: "Repository", paths: /^repository$/, says: "" },
  {
    id: "branch",
    title: "Branch",
    paths: /^github\.trigger\.branch$|, branch /,
    says: "it exists, and the workflow files can be written there",
  },
  {
    id: "environment",
    title: "Environment",
    paths: /^github\.(?:environment|settings)$/,
    says: "",
  },
  {
    id: "reviewers",
    title: "Reviewers",
    paths: /^github\.environment\.reviewers/,
    says: "all of them exist",
  },
  { id: "trust", title: "Deploy role", paths: /^/, says: "it can trust the workflow's tokens" },
] as const;

/** Without these, the look-up ends early. */
const first: readonly string[] = ["token", "repository"];

/** Runs the checks of every preview once. Here each problem gets a line, and does not end the command. */
export function repositoryChecks(config: StackConfig): Check[] {
  const { previews, keepNames } = config;
  const services = deployedOf(config);
  const github = gitHubOf(config);
  let asked: Promise<readonly Problem[]> | undefined;
  const ask = () => {
    asked ??= problemsOf(
      findRepositories({ ...github, services, ...(keepNames && { keepNames }) }),
    );
    return asked;
  };
  const hasReviewers = typeof github.environment === "object" && github.environment.reviewers;
  const all = new Set([github.repository, ...services.map(({ repository }) => repository ?? "")]);
  all.delete("");
  const says: Readonly<Record<string, string>> = {
    repository: `${[...all].join(", ")}: the token can read and administer it`,
    environment:
      github.settings === "repository"
        ? "none: the settings are stored in the repository"
        : `${github.environment === "adopt" ? "it exists, with" : "the stack may create it, with"} the branches of the triggers`,
  };
  return [
    ...(services.length > 0 ? lines : [])
      .filter(({ id }) => id !== "reviewers" || hasReviewers)
      .map(({ id, title, says: fine }) =>
        check({
          ...{ id: `github ${id}`, title, area: "GitHub" },
          ask,
          judge: (problems) => judgeProblems(id, problems, says[id] ?? fine),
        }),
      ),
    ...(previews
      ? [
          check({
            ...{ id: "github previews", title: "Pull-request previews", area: "GitHub" },
            ask: () =>
              problemsOf(
                findProgramRepository({
                  ...{ repository: github.repository, ...previews },
                  ...(keepNames && { keepNames }),
                }),
              ),
            judge: (problems) =>
              problems.length === 0
                ? good("their workflow files and settings can be written")
                : verdictOf(problems),
          }),
        ]
      : []),
  ];
}

/** The line's own problems. Each problem is on the first line that has its path. */
export function judgeProblems(id: string, problems: readonly Problem[], fine: string): Verdict {
  const lineOf = ({ path }: Problem) => lines.find(({ paths }) => paths.test(path))?.id ?? "";
  const own = problems.filter((problem) => lineOf(problem) === id);
  if (own.length > 0) {
    return verdictOf(own);
  }
  const cause = problems.map(lineOf).find((line) => first.includes(line));
  return cause
    ? unknown(`not checked: see ${cause === "token" ? "Token" : "Repository"}`)
    : good(fine);
}
