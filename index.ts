import * as pulumi from "@pulumi/pulumi";
import * as slipway from "./components";
import { loadConfig, type ServiceConfig } from "./config";

/** One stack: what its services share, then each service, then its way from the repository. */
export = async () => {
  const stack = pulumi.getStack();
  const { github, ...config } = loadConfig();
  if (config.keepNames) {
    slipway.keepNames();
  }
  const repositoryOf = (service: ServiceConfig) => service.repository ?? github.repository;
  const repositories = await slipway.findRepositories({ ...github, services: config.services });

  const network = new slipway.Network(stack, config.network);
  const cluster = new slipway.Cluster(stack, config.cluster);
  const loadBalancer = new slipway.LoadBalancer(stack, { ...config.loadBalancer, network });
  const oidc = new slipway.GitHubOidc("github", github);

  const services = config.services.map((settings) => {
    const { name, build } = settings;
    const imageRepository = new slipway.ImageRepository(name, settings.imageRepository);
    const infrastructure = { network, cluster, loadBalancer, imageRepository };
    const service = new slipway.FargateService(name, { ...settings, ...infrastructure });
    return { name, build, imageRepository, service, repository: repositoryOf(settings) };
  });

  const workflows: Record<string, string> = {};
  const providers: Record<string, pulumi.ProviderResource> = {};
  for (const [fullName, repository] of repositories) {
    // A provider is a process, and knows one owner: one serves all the repositories of an owner.
    providers[repository.owner] ??= slipway.githubProvider(repository.owner);
    const opts = { provider: providers[repository.owner] };
    const environment = new slipway.GitHubEnvironment(
      fullName,
      { ...github, repository, stack, cluster },
      opts,
    );
    const ours = services.filter((service) => service.repository === fullName);
    for (const { name, ...service } of ours) {
      const shared = ours.length > 1;
      const args = { ...service, oidc, environment, cluster, shared };
      workflows[name] = new slipway.GitHubDeployment(name, args, opts).workflow;
    }
  }

  return {
    url: loadBalancer.url,
    cluster: cluster.clusterName,
    services: Object.fromEntries(
      services.map(({ name, imageRepository, service }) => [
        name,
        {
          service: service.serviceName,
          taskDefinition: service.family,
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
