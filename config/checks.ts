import * as aws from "@pulumi/aws";
import { checkRepositoryName } from "../components/github/lookup";
import { checkProtection } from "../components/github/protection";
import { checkSettingsLimit } from "../components/github/settings";
import { checkBranch } from "../components/github/workflow/args";
import { checkBuild } from "../components/github/workflow/check-build";
import { checkImageRepository } from "../components/image-repository/image-repository";
import {
  checkLoadBalancer,
  checkLoadBalancerName,
  productionPorts,
} from "../components/load-balancer/check";
import { checkNetwork } from "../components/network/plan";
import { checkService, checkServiceName } from "../components/service/check";
import { checkTestPort } from "../components/service/check-strategy";
import { resolveRule, resolveStrategy } from "../components/service/resolve";
import { checkRules } from "../components/service/rule";
import { repeated } from "../components/shared/checks";
import type { Problem } from "../components/shared/errors";
import type { StackConfig } from "./schema";

/** Checks the values of a configuration that matches the schema. */
export function checkStack(config: StackConfig, stack: string): Problem[] {
  const { network, loadBalancer, github, services } = config;
  return [
    ...checkRegion(),
    ...checkLoadBalancerName(stack, "the stack's name"),
    ...checkNetwork(network, "network"),
    ...checkLoadBalancer(loadBalancer, "loadBalancer"),
    ...checkRepositoryName(github.repository, "github.repository"),
    ...checkBranch(github.trigger.branch, "github.trigger.branch"),
    ...checkProtection(github.environment, "github.environment"),
    ...checkEnvironment(github),
    ...services.flatMap((service, i) => [
      ...checkServiceName(service.name, `services[${i}].name`),
      ...checkService(service, `services[${i}]`),
      ...checkTestPort(
        resolveStrategy(service.strategy),
        productionPorts(loadBalancer),
        `services[${i}].strategy`,
      ),
      ...checkImageRepository(service.imageRepository, `services[${i}].imageRepository`),
      ...checkBuild(service.build, `services[${i}].build`),
      ...(service.repository === undefined
        ? []
        : checkRepositoryName(service.repository, `services[${i}].repository`)),
    ]),
    ...checkNames(services),
    ...checkRules(
      services.map(({ name, rule }) => ({ name, rule: resolveRule(rule) })),
      (i) => `services[${i}].rule`,
    ),
    ...checkSettings(config),
    ...checkPlaceholders(config),
  ];
}

function checkRegion(): Problem[] {
  return aws.config.region
    ? []
    : [
        {
          path: "aws:region",
          value: undefined,
          allowed: "the AWS region of the stack",
          fix: "pulumi config set aws:region us-east-1, or export AWS_REGION",
        },
      ];
}

function checkEnvironment({ settings, environment }: StackConfig["github"]): Problem[] {
  const configured = environment === "adopt" ? [environment] : Object.keys(environment);
  if (settings === "environment" || configured.length === 0) {
    return [];
  }
  return [
    {
      path: "github.environment",
      value: configured.join(", "),
      allowed: "nothing: with settings: repository, there is no environment",
      fix: "remove it, or set settings: environment",
    },
  ];
}

function checkNames(services: StackConfig["services"]): Problem[] {
  return [...repeated(services, ({ name }) => name)].map(([name, [first, second]]) => ({
    path: `services[${second}].name`,
    value: name,
    allowed: `a name that no other service of the stack has: services[${first}] has it too`,
    fix: "rename one of them",
  }));
}

function checkSettings({ github, services }: StackConfig): Problem[] {
  const places = repeated(services, ({ repository }) => repository ?? github.repository);
  return [...places].flatMap(([repository, at]) =>
    checkSettingsLimit(at.length, ...([github.settings, repository, "services"] as const)),
  );
}

/** Without NAT gateways, tasks reach only AWS services with a VPC endpoint, and ECR Public has none. */
function checkPlaceholders({ network, services }: StackConfig): Problem[] {
  if (!("natGateways" in network) || network.natGateways !== "none") {
    return [];
  }
  return services.flatMap(({ placeholderImage }, i) =>
    placeholderImage?.includes(".dkr.ecr.")
      ? []
      : [
          {
            path: `services[${i}].placeholderImage`,
            value: placeholderImage,
            allowed: "an image in ECR: without NAT gateways tasks cannot reach public.ecr.aws",
            fix: "copy public.ecr.aws/nginx/nginx:stable-alpine into a repository of yours and name it here",
          },
        ],
  );
}
