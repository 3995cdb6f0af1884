import { frontendName } from "../github/frontend/render";
import type { ServiceRepository } from "../github/service-repository";
import type { StackConfig } from "./schema";

/** The settings of GitHub. A stack without services has neither repository nor trigger, and nothing reads them. */
export function gitHubOf({ github = {} }: Pick<StackConfig, "github">) {
  const { repository = "", trigger = [] } = github;
  return { ...github, repository, trigger };
}

/** Everything that has a workflow: the services, and the site. */
export function deployedOf({
  services,
  frontend,
  release,
}: Pick<StackConfig, "services" | "frontend" | "release">): readonly ServiceRepository[] {
  if (release) {
    return [];
  }
  return frontend ? [...services, { name: frontendName, ...frontend }] : services;
}
