import * as pulumi from "@pulumi/pulumi";
import type { CloudFront } from "../cloudfront";
import type { Cluster } from "../cluster";
import { gitHubOf, type StackConfig } from "../config";
import type { Frontend } from "../frontend";
import {
  FrontendDeployment,
  findProgramRepository,
  type findRepositories,
  GitHubDeployment,
  type GitHubDeploymentArgs,
  GitHubEnvironment,
  GitHubOidc,
  githubProvider,
  identify,
  PreviewWorkflow,
} from "../github";
import { frontendName } from "../github/frontend/render";

interface Deployed {
  readonly repositories: Awaited<ReturnType<typeof findRepositories>>;
  readonly services: readonly (Omit<GitHubDeploymentArgs, "cluster" | "environment" | "oidc"> & {
    readonly name: string;
    readonly repository: string;
  })[];
  readonly cluster: Cluster;
  readonly frontend: Frontend | undefined;
  readonly cloudfront: CloudFront | undefined;
}

/**
 * Creates everything on GitHub: the workflows of the services, of the site and of previews. Returns the workflow files, by the names of the
 * services and of the site.
 */
export async function createWorkflows(
  config: StackConfig,
  { repositories, services, cluster, frontend, cloudfront }: Deployed,
): Promise<Readonly<Record<string, string>>> {
  const stack = pulumi.getStack();
  const github = gitHubOf(config);
  const workflows: Record<string, string> = {};
  if (config.release && !config.previews) {
    return workflows;
  }
  const oidc = new GitHubOidc("github", config.shared ? { identityProvider: "adopt" } : github);
  const providers: Record<string, pulumi.ProviderResource> = {};
  // Each provider is a process and works for one owner, so all repositories of an owner share one.
  const providerOf = (owner: string) => (providers[owner] ??= githubProvider(owner));
  for (const { repository, written, name: id, aliases } of identify(repositories)) {
    const opts = { provider: providerOf(repository.owner) };
    const environment = new GitHubEnvironment(
      id,
      { ...github, repository, stack, cluster, slackWebhook: config.slackWebhook },
      { ...opts, aliases },
    );
    const ours = services.filter((service) => written.includes(service.repository));
    for (const { name, ...service } of ours) {
      const args = { ...service, oidc, environment, cluster };
      workflows[name] = new GitHubDeployment(name, args, opts).workflow;
    }
    if (
      cloudfront &&
      frontend &&
      written.includes(config.frontend?.repository ?? github.repository)
    ) {
      const args = { oidc, environment, frontend, cloudfront };
      workflows[frontendName] = new FrontendDeployment(frontendName, args, opts).workflow;
    }
  }
  if (config.previews) {
    const wanted = {
      ...{ repository: github.repository, ...config.previews },
      keepNames: config.keepNames,
    };
    const repository = await findProgramRepository(wanted);
    const args = { ...config.previews, repository, oidc };
    new PreviewWorkflow("previews", args, { provider: providerOf(repository.owner) });
  }
  return workflows;
}
