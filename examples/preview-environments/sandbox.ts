import { seedZone } from "../../sandbox/aws";
import type { Sandbox } from "../../sandbox/sandbox";
import { findOrCreate } from "../../sandbox/stack";
import { programEnvironment } from "../run";
import { project, repository } from "./settings";

/** A repository, a domain, and a git that finds the sandbox's repositories in place of GitHub's. */
export async function prepare(sandbox: Sandbox): Promise<NodeJS.ProcessEnv> {
  await findOrCreate(sandbox, repository);
  await seedZone(sandbox.endpoint, await sandbox.credentials(project), "example.com");
  return {
    ...(await programEnvironment(sandbox, project)),
    // https://git-scm.com/docs/git-config#ENVIRONMENT
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `url.file://${sandbox.githubRoot}/.insteadOf`,
    GIT_CONFIG_VALUE_0: "https://github.com/",
  };
}
