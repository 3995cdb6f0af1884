import { readdirSync } from "node:fs";
import { checkDashboard } from "../dashboard/settings";
import { checkDelivery } from "../github/delivery";
import { checkRepositoryName } from "../github/lookup";
import { checkPreviews } from "../github/previews/check";
import { checkPromote } from "../github/promotion";
import { checkProtection } from "../github/protection";
import { checkSettingsLimit } from "../github/settings";
import { checkBuild, checkNoBuild, checkTest } from "../github/workflow/check-build";
import { checkNotification, checkWebhook } from "../github/workflow/check-notification";
import { checkTriggers } from "../github/workflow/check-triggers";
import { checkImageRepository } from "../image-repository/image-repository";
import { checkLoadBalancer, checkLoadBalancerName, productionPorts } from "../load-balancer/check";
import { checkNetwork } from "../network/plan";
import { checkNotices } from "../notices/settings";
import { checkService, checkServiceName } from "../service/check";
import { checkRules } from "../service/rule/check";
import { type RuleArgs, resolveRule } from "../service/rule/settings";
import { sharedOrder } from "../service/rule/shared-priority";
import { checkTestPort } from "../service/strategy/check";
import { resolveStrategy } from "../service/strategy/resolve";
import type { Strategy } from "../service/strategy/settings";
import { checkString, checkUnique, nearest, repeated } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkManagedPolicy } from "../shared/permissions-boundary";
import type { Unchecked } from "../shared/unchecked";
import { checkWaf } from "../waf/check";
import { checkArnRegions } from "./check-arn-regions";
import { checkInstances } from "./check-capacity";
import { checkVpn } from "./check-client-vpn";
import { checkDistribution, checkSite } from "./check-cloudfront";
import { checkDatabases } from "./check-database";
import { checkUnused, usesLoadBalancer } from "./check-load-balancer";
import { checkRegion, regionOf, type Values } from "./check-region";
import { checkConnections } from "./check-service-connect";
import { checkParts } from "./check-shared";
import { checkSignIns } from "./check-sign-in";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type Service = Unchecked<StackConfig["services"][number]>;

/**
 * Checks the values of a configuration. Every key has the right type or is missing.
 *
 * @param all all configuration values of the stack, with those of the AWS provider
 */
export function checkStack(
  config: Config,
  all: Values,
  stack: string | undefined,
  root: string,
): Problem[] {
  const { network = {}, loadBalancer = {}, github = {}, services = [] } = config;
  const at = (key: string) => `${root}${key}`;
  const region = regionOf(all);
  const ofRegion = checkRegion(region, all);
  return [
    ...ofRegion,
    ...checkParts(config, stack, at),
    ...checkNetwork(network, at("network")),
    ...("existing" in loadBalancer
      ? []
      : [
          // The stack's name names the load balancer.
          ...(config.shared || !usesLoadBalancer(config)
            ? []
            : checkLoadBalancerName(stack, "the stack's name")),
          ...checkLoadBalancer(loadBalancer, at("loadBalancer")),
        ]),
    ...checkUnused(config, at),
    ...checkWaf(config.waf ?? {}, at("waf")),
    ...checkDistribution(config, at),
    ...checkSite(config, at),
    ...checkDatabases(config, stack, at),
    ...checkVpn(config, at),
    ...checkInstances(config, at),
    ...checkDashboard(config.dashboard ?? {}, at("dashboard")),
    ...checkNotices(config.notices ?? {}, at("notices")),
    ...checkRepositoryName(github.repository, at("github.repository")),
    ...checkTriggers(github.trigger, at("github.trigger")),
    ...checkProtection(github.environment, at("github.environment")),
    ...checkDelivery(github.delivery, at("github.delivery")),
    ...checkNotification(github.notify, at("github.notify")),
    ...checkSlack(config, at),
    ...checkEnvironment(github, at("github.environment")),
    ...checkPromote(github.promote ?? {}, stack, at("github.promote")),
    ...services.flatMap((service = {}, i) => [
      ...checkInsights(service, config, at(`services[${i}]`)),
      ...checkService(service, at(`services[${i}]`)),
      ...checkPlacement(service, config, i, at),
    ]),
    ...checkNames(services, at("services")),
    ...checkAllRules(services, at("services"), config),
    ...checkSignIns(config, at),
    ...checkConnections(config, at),
    ...checkSettings(github, services, at("services")),
    // Nothing can be compared with a region that does not exist.
    ...checkArnRegions(config, ofRegion.length > 0 ? undefined : region, at),
    ...checkManagedPolicy(config.permissionsBoundary, at("permissionsBoundary")),
    ...checkPreviews(config.previews ?? {}, at("previews")),
    ...checkStackFiles(config.previews ?? {}, at("previews.stacks")),
  ];
}

/** The webhook has one place: the stack file, or a secret on GitHub. */
function checkSlack(
  { github: { notify } = {}, slackWebhook }: Config,
  at: (key: string) => string,
): Problem[] {
  const path = at("slackWebhook");
  const problems = checkWebhook(slackWebhook, path);
  const stored = notify?.secret !== undefined;
  if (slackWebhook !== undefined && (!notify || stored)) {
    return [
      ...problems,
      {
        path,
        value: slackWebhook,
        allowed: notify
          ? "nothing: github.notify.secret names a secret on GitHub that has the webhook"
          : "nothing without github.notify, which sends messages to it",
        fix: "pulumi config rm slipway:slackWebhook, or configure github.notify without secret",
        reads: [at("github.notify")],
      },
    ];
  }
  if (slackWebhook === undefined && notify && !stored) {
    return [
      {
        path,
        value: undefined,
        allowed: "the incoming webhook for github.notify",
        fix: "pulumi config set --secret slipway:slackWebhook https://hooks.slack.com/services/…, or name an existing secret in github.notify.secret",
        reads: [at("github.notify")],
      },
    ];
  }
  return problems;
}

function checkEnvironment(
  { settings, environment = {} }: NonNullable<Config["github"]>,
  path: string,
): Problem[] {
  const configured = environment === "adopt" ? [environment] : Object.keys(environment);
  if (settings !== "repository" || configured.length === 0) {
    return [];
  }
  return [
    {
      path,
      value: configured.join(", "),
      allowed: "nothing: with settings: repository, there is no environment",
      fix: "remove it, or set settings: environment",
    },
  ];
}

/** Checks what a service needs from the rest of the stack. */
function checkPlacement(
  service: Service,
  { shared, network, loadBalancer = {}, github }: Config,
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
    ...checkRepositoryName(repository, `${path}.repository`),
    ...checkPlaceholder(service, network ?? {}, `${path}.placeholderImage`),
  ];
}

/** How many tasks of a worker run is a metric of Container Insights. */
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

/** The Pulumi project is the working folder, of the program as of the tools. */
function checkStackFiles(
  { stacks = [] }: NonNullable<Config["previews"]>,
  path: string,
): Problem[] {
  const known = readdirSync(".").flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  return stacks.flatMap((stack, i) =>
    checkString(`${path}[${i}].name`, stack?.name, {
      valid: (name) => known.includes(name),
      allowed: `a stack with a file Pulumi.<name>.yaml: there are ${known.join(", ") || "none"}`,
      fix: (name) => {
        const meant = nearest(name, known);
        return meant ? `write ${meant}` : `create the file: pulumi stack init ${name}`;
      },
    }),
  );
}
