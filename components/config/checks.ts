import { readdirSync } from "node:fs";
import { checkDashboard } from "../dashboard/settings";
import { checkDelivery } from "../github/delivery";
import { checkRepositoryName } from "../github/lookup";
import { checkPreviews } from "../github/previews/check";
import { checkPromote } from "../github/promotion";
import { checkProtection } from "../github/protection";
import { checkNotification, checkWebhook } from "../github/workflow/check-notification";
import { checkTriggers } from "../github/workflow/check-triggers";
import { checkLoadBalancer, checkLoadBalancerName } from "../load-balancer/check";
import { checkNetwork } from "../network/check";
import { checkNotices } from "../notices/settings";
import { checkString, nearest } from "../shared/checks";
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
import { checkRelease } from "./check-release";
import { checkConnections } from "./check-service-connect";
import { checkServices } from "./check-services";
import { checkParts } from "./check-shared";
import { checkSignIns } from "./check-sign-in";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;

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
  const { network = {}, loadBalancer = {}, github = {} } = config;
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
    ...checkServices(config, at),
    ...checkRelease(config, stack, at),
    ...checkSignIns(config, at),
    ...checkConnections(config, at),
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

/** The working folder is the Pulumi project, for the program and for the tools. */
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
