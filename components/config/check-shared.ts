import { checkCluster } from "../cluster/cluster";
import { stackName } from "../github/promotion";
import { checkExistingListeners } from "../load-balancer/existing";
import { checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type At = (key: string) => string;

/** Checks what a stack creates, what it adopts, and what it takes from another stack. */
export function checkParts(config: Config, stack: string | undefined, at: At): Problem[] {
  const { shared, cluster = {}, loadBalancer = {} } = config;
  return [
    ...(shared ? checkSharing(config, stack, at) : []),
    ...checkCluster(cluster, at("cluster")),
    ...("existing" in loadBalancer
      ? [
          ...checkExistingListeners(loadBalancer.existing ?? {}, at("loadBalancer.existing")),
          ...checkVpc(config, at),
        ]
      : []),
    ...checkOwner(config, at),
    ...((config.services ?? []).length > 0
      ? checkDeploying(config, at)
      : checkWithoutServices(config, at)),
  ];
}

function checkSharing(config: Config, stack: string | undefined, at: At): Problem[] {
  const { shared, github } = config;
  const own = (["network", "cluster", "loadBalancer"] as const).filter(
    (key) => config[key] !== undefined,
  );
  return [
    ...checkString(at("shared.stack"), shared?.stack, {
      valid: (name) => stackName.test(name) && name !== stack,
      allowed: "the name of another stack: platform, or organization/project/platform",
      fix: "pulumi stack ls --all lists them",
    }),
    ...own.map((key) => ({
      path: at(key),
      value: config[key],
      allowed: `nothing together with shared: the stack ${shared?.stack ?? ""} has it`,
      fix: "remove it, or remove shared",
      reads: [at("shared")],
    })),
    ...(github?.identityProvider === "create"
      ? [
          {
            path: at("github.identityProvider"),
            value: "create",
            allowed: "adopt, which is the default with shared: an account has one provider",
            fix: "remove it",
            reads: [at("shared")],
          },
        ]
      : []),
  ];
}

/** A load balancer has one web ACL at a time, so a second one would silently replace its owner's. */
function checkOwner({ shared, loadBalancer = {}, waf }: Config, at: At): Problem[] {
  return waf && (shared || "existing" in loadBalancer)
    ? [
        {
          path: at("waf"),
          value: waf,
          allowed:
            "nothing with the load balancer of another program: its owner chooses the web ACL",
          fix: shared
            ? `set it in the stack ${shared.stack}`
            : "create the web ACL where the load balancer is created",
          reads: [at(shared ? "shared" : "loadBalancer.existing")],
        },
      ]
    : [];
}

/** A load balancer has a VPC already, so the tasks cannot have a new one. */
function checkVpc({ network = {} }: Config, at: At): Problem[] {
  return "vpcId" in network
    ? []
    : [
        {
          path: at("network.vpcId"),
          value: undefined,
          allowed: "the VPC of the existing load balancer: its targets are in the same VPC",
          fix: "set network.vpcId, publicSubnetIds and privateSubnetIds",
          reads: [at("network"), at("loadBalancer.existing")],
        },
      ];
}

function checkDeploying({ github = {}, release }: Config, at: At): Problem[] {
  if (release) {
    return [];
  }
  const reads = [at("services"), at("release")];
  return [
    ...(github.repository === undefined
      ? [
          {
            path: at("github.repository"),
            value: undefined,
            allowed: "the repository of the services, as owner/name",
            fix: "add it",
            reads,
          },
        ]
      : []),
    ...(github.trigger === undefined
      ? [
          {
            path: at("github.trigger"),
            value: undefined,
            allowed: "what starts a deployment: a trigger, or a list of them",
            fix: "add it, for example { type: push, branch: main }",
            reads,
          },
        ]
      : []),
  ];
}

/** Without services, a stack has what other stacks share. A forgotten key or file must not create such a stack. */
function checkWithoutServices(config: Config, at: At): Problem[] {
  const { shared, github = {}, previews, services } = config;
  const says = services ?? config.network ?? config.cluster ?? config.loadBalancer;
  const asks = shared ? "shared" : github.trigger !== undefined ? "github.trigger" : undefined;
  return [
    ...(asks
      ? [
          {
            path: at("services"),
            value: services,
            allowed: `at least one service, because of ${asks}. A stack that other stacks share has no services and no ${asks}`,
            fix: `add a service, or remove ${asks}`,
            reads: [at(asks)],
          },
        ]
      : []),
    ...(says === undefined && !asks
      ? [
          {
            path: at("services"),
            value: services,
            allowed: "a list of services; an empty one for a stack that other stacks share",
            fix: "add it",
            reads: [at("network"), at("cluster"), at("loadBalancer")],
          },
        ]
      : []),
    ...(previews && (previews.repository ?? github.repository) === undefined
      ? [
          {
            path: at("previews.repository"),
            value: undefined,
            allowed: "the repository with the Pulumi program, as owner/name",
            fix: "add it",
            reads: [at("github")],
          },
        ]
      : []),
  ];
}
