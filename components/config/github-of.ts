import type { StackConfig } from "./schema";

/** The settings of GitHub. A stack without services has neither repository nor trigger, and nothing reads them. */
export function gitHubOf({ github = {} }: Pick<StackConfig, "github">) {
  const { repository = "", trigger = [] } = github;
  return { ...github, repository, trigger };
}
