import { checkRepositoryName } from "../github/lookup";
import { checkSettingsLimit } from "../github/settings";
import {
  checkBuild,
  checkNoBuild,
  checkSecretNames,
  checkTest,
} from "../github/workflow/check-build";
import { checkImageRepository } from "../image-repository/settings";
import { productionPorts } from "../load-balancer/check";
import { checkService, checkServiceName } from "../service/check";
import { checkRules } from "../service/rule/check";
import { type RuleArgs, resolveRule } from "../service/rule/settings";
import { sharedOrder } from "../service/rule/shared-priority";
import { checkTestPort } from "../service/strategy/check";
import { resolveStrategy } from "../service/strategy/resolve";
import type { Strategy } from "../service/strategy/settings";
import { checkUnique, repeated } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type Service = Unchecked<StackConfig["services"][number]>;

/** Checks the services: each alone, then with the rest of the stack, then with each other. */
export function checkServices(config: Config, at: (key: string) => string): Problem[] {
  const { github = {}, services = [] } = config;
  return [
    ...services.flatMap((service = {}, i) => [
      ...checkInsights(service, config, at(`services[${i}]`)),
      ...checkService(service, at(`services[${i}]`)),
      ...checkPlacement(service, config, i, at),
    ]),
    ...checkNames(services, at("services")),
    ...checkAllRules(services, at("services"), config),
    ...checkSettings(github, services, at("services")),
  ];
}

/** Checks what a service needs from the rest of the stack. */
function checkPlacement(
  service: Service,
  { shared, network, loadBalancer = {}, github, release }: Config,
  index: number,
  at: (key: string) => string,
): Problem[] {
  const path = at(`services[${index}]`);
  const { name, repository, strategy, imageRepository = {}, build = {}, test } = service;
  return [
    ...checkServiceName(name, `${path}.name`),
    ...checkTestPort(
      resolveStrategy(strategy as Strategy),
      shared || "existing" in loadBalancer
        ? []
        : productionPorts("https" in loadBalancer ? loadBalancer : {}),
      `${path}.strategy`,
    ).map((problem) => ({ ...problem, reads: [at("shared"), at("loadBalancer.https")] })),
    ...checkImageRepository(imageRepository, `${path}.imageRepository`),
    ...checkBuild(build, `${path}.build`, service.cpuArchitecture),
    ...checkTest(test ?? {}, `${path}.test`),
    ...(github?.promote ? checkNoBuild(build, `${path}.build`) : []),
    // With `release`, other checks do this.
    ...(release
      ? []
      : [
          ...checkSecretNames(build, `${path}.build`),
          ...checkRepositoryName(repository, `${path}.repository`),
        ]
    ).map((problem) => ({ ...problem, reads: [at("release")] })),
    ...checkPlaceholder(service, network ?? {}, `${path}.placeholderImage`),
  ];
}

/** The number of a worker's running tasks is a metric of Container Insights. */
function checkInsights({ autoscaling }: Service, { cluster }: Config, path: string): Problem[] {
  const { messagesPerTask } = autoscaling ?? {};
  return messagesPerTask !== undefined &&
    cluster &&
    "containerInsights" in cluster &&
    cluster.containerInsights === "disabled"
    ? [
        {
          path: `${path}.autoscaling.messagesPerTask`,
          value: messagesPerTask,
          allowed:
            "only with Container Insights, which count the tasks: cluster.containerInsights is disabled",
          fix: "set cluster.containerInsights to enabled, or scale by cpuUtilization",
          reads: [path.replace(/services\[\d+\]$/, "cluster.containerInsights")],
        },
      ]
    : [];
}

/** Without NAT gateways, tasks reach only AWS services with a VPC endpoint, and ECR Public has none. */
export function checkPlaceholder(
  { placeholderImage }: Service,
  network: NonNullable<Config["network"]>,
  path: string,
): Problem[] {
  const closed = "natGateways" in network && network.natGateways === "none";
  return !closed || placeholderImage?.includes(".dkr.ecr.")
    ? []
    : [
        {
          path,
          value: placeholderImage,
          allowed: "an image in ECR: without NAT gateways tasks cannot reach public.ecr.aws",
          fix: "copy public.ecr.aws/nginx/nginx:stable-alpine into a repository of yours and name it here",
        },
      ];
}

function checkNames(services: readonly (Service | undefined)[], path: string): Problem[] {
  return checkUnique(
    services.map((service) => service?.name),
    (i) => `${path}[${i}].name`,
    {
      allowed: (first) => `a name that no other service of the stack has: ${first} is the same`,
      fix: "rename one of them",
    },
  );
}

function checkAllRules(
  services: readonly (Service | undefined)[],
  path: string,
  { shared, loadBalancer = {} }: Config,
): Problem[] {
  const named = services.flatMap((service, i) => {
    const { name, rule = {} } = service ?? {};
    return name === undefined || service?.worker || !isComplete(rule)
      ? []
      : [{ i, name, rule: resolveRule(rule) }];
  });
  const at = (index: number) => `${path}[${named[index]?.i}]`;
  // Other programs have rules on the same listener.
  return shared || "existing" in loadBalancer
    ? checkRules(named, at, sharedOrder)
    : checkRules(named, at);
}

function isComplete(rule: Unchecked<RuleArgs>): rule is RuleArgs {
  return ![...(rule.pathPatterns ?? []), ...(rule.hostHeaders ?? [])].includes(undefined);
}

function checkSettings(
  { settings = "environment", repository: common }: NonNullable<Config["github"]>,
  services: readonly (Service | undefined)[],
  path: string,
): Problem[] {
  const places = repeated(services, ({ repository }) => repository ?? common);
  return [...places].flatMap(([repository, at]) =>
    checkSettingsLimit(at.length, settings, repository, path),
  );
}
