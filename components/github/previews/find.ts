import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../../shared/errors";
import { type Ask, asker, type Limits } from "../lookup/ask";
import { lookAtBranch } from "../lookup/look-at-branch";
import { type GitHubRepository, judgeRepository } from "../lookup/repository";
import { checkServer } from "../lookup/server";
import { lookAtSecrets } from "../lookup/settings";
import { lookAtSubject } from "../lookup/subject";
import { type PreviewSettings, previewsPath, updateEnvironment } from "./settings";

/** The settings of previews, and the repository that {@link findProgramRepository} checks. */
export interface FindProgramRepositoryArgs extends Omit<PreviewSettings, "repository"> {
  /** `owner/name` of the repository that holds the Pulumi program. */
  readonly repository: string;
  /** Whether the stack imports its objects after its state was lost. Existing environments are then its own. @default false */
  readonly keepNames?: boolean;
}

const previewFile = {
  setting: "previews.workflow",
  rename: "keep previews in one of the two stacks: it can name all stacks of the project",
};

/**
 * Looks up the repository of the Pulumi program, and checks that Slipway can write the files of {@link PreviewWorkflow} and their
 * settings there.
 *
 * @throws ConfigurationError with all problems
 */
export async function findProgramRepository(
  args: FindProgramRepositoryArgs,
  opts?: pulumi.InvokeOptions,
  limits?: Limits,
): Promise<GitHubRepository> {
  const subject = "The access to GitHub for previews";
  refuse(subject, checkServer());
  const ask = asker(opts, limits);
  const { repository: fullName } = args;
  const repository = judgeRepository(fullName, await ask(`repos/${fullName}`));
  if ("fix" in repository) {
    refuse(subject, [repository]);
    throw new Error(repository.fix);
  }
  const { problems, ...found } = await look(ask, args, repository.defaultBranch);
  refuse(subject, problems);
  return { ...repository, ...found };
}

async function look(ask: Ask, args: FindProgramRepositoryArgs, defaultBranch: string) {
  const { repository: fullName, workflow = "create", baseBranch = defaultBranch, stacks } = args;
  const author = { project: pulumi.getProject(), stack: pulumi.getStack(), workflow };
  const settings = stacks.some(({ update }) => update) ? args.settings : "repository";
  const kinds = ["preview", "update"] as const;
  const [place, secrets, subject, environments] = await Promise.all([
    lookAtBranch(
      ask,
      { ...author, ...(settings && { settings }) },
      {
        ...{ fullName, branch: baseBranch, path: "previews.baseBranch" },
        files: kinds.map((kind) => ({ path: previewsPath(kind, author.project), ...previewFile })),
      },
    ),
    lookAtSecrets(ask, { settings: "repository", stack: author.stack }, fullName),
    // The job of a preview has no environment.
    lookAtSubject(ask, fullName, false),
    existing(
      ask,
      fullName,
      stacks
        .filter(({ update }) => update && args.settings !== "repository" && !args.keepNames)
        .map(({ name: stack }) => updateEnvironment({ ...author, stack })),
    ),
  ]);
  const problems = [...place.problems, ...secrets.problems, ...subject.problems];
  const closedBranches: Record<string, string> = place.closed ? { [baseBranch]: place.closed } : {};
  return {
    problems,
    subjectKeys: subject.subjectKeys,
    found: {
      ...{ environment: false, policies: {}, variables: {} },
      closedBranches,
      updateEnvironments: environments,
    },
  };
}

async function existing(ask: Ask, fullName: string, names: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(
    names.map((name) => ask(`repos/${fullName}/environments/${encodeURIComponent(name)}`)),
  );
  return names.filter((_, i) => answers[i]?.code === 200);
}
