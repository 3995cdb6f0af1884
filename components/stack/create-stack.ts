import * as pulumi from "@pulumi/pulumi";
import { ClientVpn } from "../client-vpn";
import { CloudFront } from "../cloudfront";
import { Cluster } from "../cluster";
import { deployedOf, gitHubOf, type ServiceConfig, type StackConfig } from "../config";
import { Dashboard } from "../dashboard";
import { Database } from "../database";
import { FargateService } from "../fargate-service";
import { Frontend } from "../frontend";
import { cacheTag, findPromotions, findRepositories } from "../github";
import { frontendName } from "../github/frontend/render";
import { ImageRepository } from "../image-repository";
import { LoadBalancer } from "../load-balancer";
import { Network } from "../network";
import { Notices } from "../notices";
import { ServiceConnectNamespace } from "../service-connect";
import { keepNames } from "../shared/keep-names";
import { limitRoles } from "../shared/permissions-boundary";
import { Waf } from "../waf";
import { createPipelines } from "./create-pipelines";
import { createWorkflows } from "./create-workflows";
import { findFoundation } from "./find";
import { databaseOutputOf, type StackOutputs } from "./outputs";
import { sharedOutputOf } from "./shared";

/** Creates one stack: first the resources that services share, then each service, then what releases it. */
export async function createStack(config: StackConfig): Promise<StackOutputs> {
  const stack = pulumi.getStack();
  if (config.keepNames) {
    keepNames();
  }
  if (config.permissionsBoundary !== undefined) {
    limitRoles(config.permissionsBoundary);
  }
  const github = gitHubOf(config);
  const found = await findFoundation(config);
  const repositories = await findRepositories({
    ...{ ...config, ...github },
    services: deployedOf(config),
  });
  const promotions = await findPromotions(
    config.release
      ? {
          ...{ services: config.services, promote: config.release.promote },
          ...{ repository: config.release.source.repository, path: "release.promote.from" },
        }
      : { ...config, ...github },
  );

  const isShared = config.services.length === 0;
  const network = new Network(stack, found.network);
  const cluster = new Cluster(
    stack,
    found.cluster && "existing" in found.cluster ? found.cluster : { ...found.cluster, network },
  );
  const loadBalancer =
    found.loadBalancer &&
    new LoadBalancer(
      stack,
      "existing" in found.loadBalancer
        ? found.loadBalancer
        : // The services of other stacks would be lost with it.
          {
            ...{ deletionProtection: isShared, ...found.loadBalancer, shared: isShared, network },
            onlyFromCloudFront: config.cloudfront !== undefined,
          },
    );
  const behind = config.cloudfront
    ? ({ scope: "CLOUDFRONT" } as const)
    : loadBalancer && { loadBalancer };
  const waf = config.waf && behind && new Waf(stack, { ...config.waf, ...behind });
  // One setting protects the load balancer (its public address would be lost), the image repositories and the site's releases.
  const { deletionProtection } = config.shared ?? config.loadBalancer ?? {};
  const frontend =
    config.frontend && new Frontend(stack, { ...config.frontend, deletionProtection });
  const cloudfront =
    config.cloudfront &&
    loadBalancer &&
    new CloudFront(stack, { ...config.cloudfront, loadBalancer, waf, frontend });
  const notices = config.notices && new Notices(stack, config.notices);

  const database = config.database && new Database(stack, { ...config.database, network });

  const reached = config.clientVpn?.database ? database : undefined;
  const clientVpn =
    config.clientVpn && new ClientVpn(stack, { ...config.clientVpn, network, database: reached });
  const isConnected = ({ serviceConnect }: ServiceConfig) => serviceConnect !== undefined;
  const namespace = config.services.some(isConnected)
    ? new ServiceConnectNamespace(stack, { network })
    : undefined;
  // A task knows only the names that exist when its deployment starts. So a service starts after the services before it
  // in the file.
  const connected: FargateService[] = [];

  const sourceRepository = config.release?.source.repository ?? github.repository;
  const services = config.services.map((settings) => {
    const { name, build = {}, test, repository = sourceRepository } = settings;
    const mutableTags = build.cache === "registry" ? [cacheTag] : [];
    const images = { ...settings.imageRepository, deletionProtection, mutableTags };
    const imageRepository = new ImageRepository(name, images);
    const common = { network, cluster, loadBalancer, cloudfront, notices };
    const service = new FargateService(name, {
      ...settings,
      ...{ ...common, imageRepository, namespace },
      calls: isConnected(settings) ? [...connected] : [],
      database: settings.database ? database : undefined,
    });
    if (isConnected(settings)) {
      connected.push(service);
    }
    const promote = promotions.get(name);
    return { name, build, test, promote, imageRepository, service, repository };
  });

  const dashboard =
    config.dashboard &&
    new Dashboard(stack, {
      ...config.dashboard,
      cluster,
      loadBalancer,
      waf,
      database,
      services: Object.fromEntries(services.map(({ name, service }) => [name, service])),
    });

  const pipelines =
    config.release && createPipelines(stack, config.release, { services, cluster, notices });
  const workflows = await createWorkflows(config, {
    ...{ repositories, services, cluster, frontend, cloudfront },
  });

  const front = cloudfront ?? loadBalancer;
  return {
    ...(front && { url: front.url }),
    cluster: cluster.clusterName,
    ...(database && { database: databaseOutputOf(database) }),
    ...(clientVpn && { clientVpn: clientVpn.endpointId }),
    ...(dashboard && { dashboard: dashboard.url }),
    ...(dashboard?.grafanaUrl && { grafana: dashboard.grafanaUrl }),
    ...(frontend && {
      frontend: {
        repository: config.frontend?.repository ?? github.repository,
        bucket: frontend.bucket,
        releasePointer: frontend.releasePointer,
        workflow: workflows[frontendName],
      },
    }),
    ...(isShared &&
      loadBalancer && { shared: sharedOutputOf(config, { network, cluster, loadBalancer }) }),
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
          stoppedTasks: service.monitored.stoppedTasksLogGroupName,
          expectedSeconds: service.forecast.expectedSeconds,
          ...(service.userPoolId && { userPool: service.userPoolId }),
          ...(service.codeDeploy && { pendingDeployment: service.pendingDeployment }),
          ...(pipelines ? { pipeline: pipelines[name] } : { workflow: workflows[name] }),
        },
      ]),
    ),
  };
}
