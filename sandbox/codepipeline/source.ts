/**
 * Source actions. https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
 * and https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { newestCommit, resolveRef } from "../github/commits";
import type { Credentials } from "../github/gate";
import { git } from "../github/git";
import { listRepositories } from "../github/repositories";
import type { ActionRun } from "./action-run";
import { type PutOptions, putArtifact } from "./artifact-store";
import { ActionFailed, mustBeAllowed, type World } from "./world";

/** The owner of CodeCommit's repositories in the sandbox: they have none of their own. */
export const CODECOMMIT = "codecommit";

export async function connectionSource(run: ActionRun) {
  const { world, credentials, configuration, pipeline } = run;
  const { ConnectionArn = "", FullRepositoryId = "", BranchName = "" } = configuration;
  if ((configuration.OutputArtifactFormat ?? "CODE_ZIP") !== "CODE_ZIP") {
    throw new ActionFailed("InvalidConfiguration", "the sandbox's sources are CODE_ZIP");
  }
  await useConnection(world, credentials, ConnectionArn, FullRepositoryId);
  const { connections } = world.definitions;
  const connection = connections.find(({ arn }) => arn === ConnectionArn);
  if (connection?.connectionStatus !== "AVAILABLE") {
    throw new ActionFailed(
      "ConnectionError",
      `Connection ${ConnectionArn} is not available. Its status is ${connection?.connectionStatus ?? "unknown"}: a person completes a new connection in the console, and here \`npm run sandbox -- confirm-connection --stack ${basename(pipeline.folder)}\` does it`,
    );
  }
  const provider = connection.providerType ?? "GitHub";
  const repository = await repositoryOf(world, FullRepositoryId);
  if (!repository) {
    throw new ActionFailed(
      "ConfigurationError",
      `[${provider}] Repository [${FullRepositoryId}] not found: does the connection have access to it?`,
    );
  }
  const commit = await commitOf(repository, run.revision ?? `refs/heads/${BranchName}`);
  if (!commit) {
    throw new ActionFailed(
      "ConfigurationError",
      `[${provider}] No Branch [${BranchName}] found for FullRepositoryName [${FullRepositoryId}]`,
    );
  }
  // CodeConnections writes the artifact with an access control list: https://github.com/aws/aws-cdk/issues/10274
  await store(run, repository, commit.sha, { acl: "bucket-owner-full-control" });
  return {
    AuthorDate: await git(repository, ["show", "-s", "--format=%aI", commit.sha]),
    BranchName: run.branch ?? BranchName,
    CommitId: commit.sha,
    CommitMessage: commit.message,
    ConnectionArn,
    FullRepositoryName: FullRepositoryId,
  };
}

/** The IAM action has the prefix of the connection's ARN: `codeconnections`, or `codestar-connections` for an older connection. */
async function useConnection(
  world: World,
  credentials: Credentials,
  arn: string,
  repository: string,
): Promise<void> {
  const prefix = arn.split(":")[2] ?? "codeconnections";
  const message = await world.gate.refusal(credentials, [
    {
      action: `${prefix}:UseConnection`,
      resource: arn,
      context: { [`${prefix}:FullRepositoryId`]: repository },
    },
  ]);
  if (message === undefined) return;
  throw new ActionFailed(
    "PermissionError",
    `Unable to use Connection: ${arn}. The provided role does not have sufficient permissions. ${message}`,
  );
}

export async function codeCommitSource(run: ActionRun) {
  const { world, credentials, configuration } = run;
  const { RepositoryName = "", BranchName = "" } = configuration;
  const { region, account } = world;
  const resource = `arn:aws:codecommit:${region}:${account}:${RepositoryName}`;
  // https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
  const operations = ["GetBranch", "GetCommit", "UploadArchive", "GetUploadArchiveStatus"];
  const permissions = operations.map((name) => ({ action: `codecommit:${name}`, resource }));
  await mustBeAllowed(world, credentials, permissions);
  const repository = await repositoryOf(world, `${CODECOMMIT}/${RepositoryName}`);
  const commit =
    repository && (await commitOf(repository, run.revision ?? `refs/heads/${BranchName}`));
  if (!commit) {
    const what = repository ? `branch named ${BranchName}` : `repository named ${RepositoryName}`;
    throw new ActionFailed("ConfigurationError", `The action failed because no ${what} was found`);
  }
  await store(run, repository, commit.sha);
  return {
    AuthorDate: await git(repository, ["show", "-s", "--format=%aI", commit.sha]),
    BranchName: run.branch ?? BranchName,
    CommitId: commit.sha,
    CommitMessage: commit.message,
    CommitterDate: await git(repository, ["show", "-s", "--format=%cI", commit.sha]),
    RepositoryName,
  };
}

async function repositoryOf({ repositories }: World, fullName: string) {
  const all = await listRepositories(repositories);
  return all.find((repository) => repository.fullName === fullName)?.path;
}

async function commitOf(repository: string, revision: string) {
  const sha = await resolveRef(repository, revision);
  return sha === undefined ? undefined : newestCommit(repository, sha);
}

/** The ZIP file of a commit, without git's own folder. */
async function store(
  { world, pipeline, credentials, outputArtifacts, keep }: ActionRun,
  repository: string,
  sha: string,
  options: PutOptions = {},
): Promise<void> {
  const [name] = outputArtifacts;
  if (name === undefined) return;
  const folder = await mkdtemp(join(tmpdir(), "slipway-source-"));
  try {
    const file = join(folder, "source.zip");
    await git(repository, ["archive", "--format=zip", `--output=${file}`, sha]);
    const content = await readFile(file);
    const all = { ...options, revision: sha };
    keep(await putArtifact(world, pipeline, credentials, name, content, all));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
