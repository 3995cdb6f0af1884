import * as pulumi from "@pulumi/pulumi";
import * as slipway from "./components/index";
import { loadConfig } from "./config";

/** One stack: first the resources that services share, then each service, then its deployment from GitHub. */
export = async () => {
  const stack = pulumi.getStack();
  const { github, ...config } = loadConfig();
  if (config.keepNames) {
    slipway.keepNames();
  }
  const repositories = await slipway.findRepositories({ ...config, ...github });
  const promotions = await slipway.findPromotions({ ...config, ...github });

  const network = new slipway.Network(stack, config.network);
  const cluster = new slipway.Cluster(stack, config.cluster);
  const loadBalancer = new slipway.LoadBalancer(stack, { ...config.loadBalancer, network });
  // One setting protects the load balancer (its public address would be lost) and the image repositories.
  const { deletionProtection } = config.loadBalancer ?? {};
  const oidc = new slipway.GitHubOidc("github", github);

  const services = config.services.map((settings) => {
    const { name, build = {}, test, repository = github.repository } = settings;
    const mutableTags = build.cache === "registry" ? [slipway.cacheTag] : [];
    const images = { ...settings.imageRepository, deletionProtection, mutableTags };
    const imageRepository = new slipway.ImageRepository(name, images);
    const infrastructure = { network, cluster, loadBalancer, imageRepository };
    const service = new slipway.FargateService(name, { ...settings, ...infrastructure });
    const promote = promotions.get(name);
    return { name, build, test, promote, imageRepository, service, repository };
  });

  const workflows: Record<string, string> = {};
  const providers: Record<string, pulumi.ProviderResource> = {};
  // Each provider is a process and works for one owner, so all repositories of an owner share one.
  const providerOf = (owner: string) => (providers[owner] ??= slipway.githubProvider(owner));
  for (const { repository, written, name: id, aliases } of slipway.identify(repositories)) {
    const opts = { provider: providerOf(repository.owner) };
    const environment = new slipway.GitHubEnvironment(
      id,
      { ...github, repository, stack, cluster, slackWebhook: config.slackWebhook },
      { ...opts, aliases },
    );
    const ours = services.filter((service) => written.includes(service.repository));
    for (const { name, ...service } of ours) {
      const args = { ...service, oidc, environment, cluster };
      workflows[name] = new slipway.GitHubDeployment(name, args, opts).workflow;
    }
  }

  if (config.previews) {
    const { keepNames } = config;
    const wanted = { repository: github.repository, ...config.previews, keepNames };
    const repository = await slipway.findProgramRepository(wanted);
    const args = { ...config.previews, repository, oidc };
    new slipway.PreviewWorkflow("previews", args, { provider: providerOf(repository.owner) });
  }

  return {
    url: loadBalancer.url,
    cluster: cluster.clusterName,
    services: Object.fromEntries(
      services.map(({ name, repository, imageRepository, service }) => [
        name,
        {
          service: service.serviceName,
          taskDefinition: service.family,
          // A stack that promotes these images reads both.
          repository,
          imageRepository: imageRepository.repositoryUrl,
          releasePointer: service.releasePointer.parameterName,
          logGroup: service.logGroupName,
          expectedSeconds: service.forecast.expectedSeconds,
          ...(service.codeDeploy && { pendingDeployment: service.pendingDeployment }),
          workflow: workflows[name],
        },
      ]),
    ),
  };
};
