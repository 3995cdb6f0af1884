import { checkCloudFront, checkServiceBehind } from "../cloudfront/check";
import { checkFrontend } from "../frontend/check";
import { frontendDefaults } from "../frontend/plan";
import { frontendName } from "../github/frontend/render";
import { checkRepositoryName } from "../github/lookup";
import { checkRuns } from "../github/workflow/check-build";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type At = (key: string) => string;
type NewLoadBalancer = Exclude<NonNullable<Config["loadBalancer"]>, { existing?: unknown }>;

/** Checks that the load balancer behind a distribution belongs to this stack, and that only CloudFront connects to it. */
export function checkDistribution(config: Config, at: At): Problem[] {
  const { cloudfront, shared, loadBalancer = {}, services } = config;
  if (!cloudfront) {
    return [];
  }
  const path = at("cloudfront");
  const own: NewLoadBalancer = "existing" in loadBalancer ? {} : loadBalancer;
  return [
    ...checkCloudFront(cloudfront, own, path, at("loadBalancer.https")),
    ...checkRules(config, own, at),
    ...(shared || "existing" in loadBalancer
      ? [
          {
            path,
            value: cloudfront,
            allowed:
              "nothing with the load balancer of another program: it also answers users who do not come through CloudFront",
            fix: "remove it, or let this stack create a load balancer",
            reads: [at("shared"), at("loadBalancer")],
          },
        ]
      : []),
    ...(own.allowedCidrBlocks === undefined
      ? []
      : [
          {
            path: at("loadBalancer.allowedCidrBlocks"),
            value: own.allowedCidrBlocks,
            allowed:
              "nothing together with cloudfront: only CloudFront connects to the load balancer",
            fix: "remove it; to refuse some users, use waf or the application",
            reads: [path],
          },
        ]),
    ...(services?.length === 0
      ? [
          {
            path,
            value: cloudfront,
            allowed:
              "nothing in a stack that others share: the services of other stacks do not ask for CloudFront's header",
            fix: "remove it, or add the services to this stack",
            reads: [at("services")],
          },
        ]
      : []),
  ];
}

function checkRules(
  { cloudfront = {}, frontend, services = [] }: Config,
  own: NewLoadBalancer,
  at: At,
) {
  const { https = {}, internal = false } = own;
  const names =
    "domain" in https
      ? [https.domain, ...(https.alternativeNames ?? [])]
      : (cloudfront.aliases ?? []);
  const aliases = names.filter((name) => name !== undefined);
  const { apiPaths = frontendDefaults.apiPaths } = frontend ?? {};
  const distribution = {
    ...{ aliases, internal },
    ...(frontend && { apiPaths: apiPaths.filter((one) => one !== undefined) }),
  };
  return services.flatMap((service, i) =>
    checkServiceBehind(service ?? {}, at(`services[${i}]`), distribution).map((problem) => ({
      ...problem,
      reads: [at("cloudfront"), at("loadBalancer"), at("frontend"), at(`services[${i}]`)],
    })),
  );
}

/** Checks a site: its settings, that it has a distribution, and that no service has its name. */
export function checkSite({ cloudfront, frontend, services = [] }: Config, at: At): Problem[] {
  if (!frontend) {
    return [];
  }
  const path = at("frontend");
  return [
    ...checkFrontend(frontend, path),
    ...checkRepositoryName(frontend.repository, `${path}.repository`),
    ...checkRuns(frontend, path),
    ...(cloudfront
      ? []
      : [
          {
            path,
            value: frontend,
            allowed: "nothing without cloudfront, through which users reach the site",
            fix: "add cloudfront: {}",
            reads: [at("cloudfront")],
          },
        ]),
    ...services.flatMap((service, i) =>
      service?.name === frontendName
        ? [
            {
              path: at(`services[${i}].name`),
              value: service.name,
              allowed: `another name than ${frontendName}: the site's workflow has it`,
              fix: "rename the service",
              reads: [path],
            },
          ]
        : [],
    ),
  ];
}
