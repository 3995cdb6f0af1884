/** The deployment settings of a service: controller, strategy, circuit breaker, alarms. */
import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  Service,
} from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import { sameBlocks } from "../../kit/blocks";
import { isEmpty } from "../../kit/values";
import { isObject } from "../../kit/wire";
import type { Resolved } from "../definition";

type Inputs = Resolved<ecs.ServiceArgs>;
type Deployment = NonNullable<Inputs["deploymentConfiguration"]>;
type Hook = NonNullable<Deployment["lifecycleHooks"]>[number];

/** Properties that AWS stores in one object: a change of one sends all of them. */
export const deploymentProperties = [
  "alarms",
  "deploymentCircuitBreaker",
  "deploymentConfiguration",
  "deploymentMaximumPercent",
  "deploymentMinimumHealthyPercent",
] as const;

/**
 * `Optional` and `Computed` in the provider's schema: all but the hooks. A block that is removed keeps what AWS has.
 * https://github.com/hashicorp/terraform-provider-aws/pull/44842
 */
const deploymentBlock = {
  members: [
    ...(["bakeTimeInMinutes", "canaryConfiguration", "lifecycleHooks"] as const),
    ...(["linearConfiguration", "strategy"] as const),
  ],
  computed: ["bakeTimeInMinutes", "canaryConfiguration", "linearConfiguration", "strategy"],
  blocks: {
    canaryConfiguration: { computed: ["canaryBakeTimeInMinutes", "canaryPercent"] },
    lifecycleHooks: { defaults: { targetType: "AWS_LAMBDA" } },
    linearConfiguration: { computed: ["stepBakeTimeInMinutes", "stepPercent"] },
  },
};

const sameDeployment = sameBlocks(deploymentBlock);

/** The details of a hook are a JSON string in the program and a document in AWS. */
function withParsedDetails(deployment: Deployment): unknown {
  const { lifecycleHooks = [] } = deployment;
  const parsed = ({ hookDetails, ...hook }: Hook) => ({ ...hook, ...details(hookDetails) });
  return { ...deployment, lifecycleHooks: lifecycleHooks.map(parsed) };
}

function details(text: string | undefined) {
  return text ? { hookDetails: JSON.parse(text) } : {};
}

/**
 * The removal of one of these blocks changes nothing: the provider suppresses "missing optional configuration blocks".
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecs/service/
 */
export const deploymentRules = {
  alarms: {
    computed: true,
    block: { members: ["alarmNames", "enable", "rollback"] },
  },
  deploymentCircuitBreaker: {
    computed: true,
    block: { members: ["enable", "rollback"] },
  },
  deploymentConfiguration: {
    computed: true,
    block: deploymentBlock,
    equal: (a: Deployment, b: Deployment) =>
      sameDeployment(withParsedDetails(a), withParsedDetails(b)),
  },
  // Since version 6 the provider has no ForceNew here: it asks UpdateService for another controller, which accepts few of them.
  // To get another service, use `replaceOnChanges`.
  deploymentController: {
    computed: true,
    block: { members: ["type"], defaults: { type: "ECS" } },
  },
  deploymentMaximumPercent: { default: 200, suppress: unsetForDaemon(200) },
  deploymentMinimumHealthyPercent: { default: 100, suppress: unsetForDaemon(100) },
} as const;

/** A service that runs one task on each instance: it has no count of its own. */
export function isDaemon({ schedulingStrategy }: { readonly schedulingStrategy?: unknown }) {
  return schedulingStrategy === "DAEMON";
}

/** `DiffSuppressFunc` in internal/service/ecs/service.go: for a daemon, the default means no value. */
function unsetForDaemon(preset: number) {
  return (_: number | undefined, value: number | undefined, inputs: object) =>
    isDaemon(inputs) && value === preset;
}

/** `before` is AWS's value: it is sent again for optional and computed properties that the program does not set. */
export function deploymentConfigurationOf(
  inputs: Inputs,
  before: Partial<Resolved<ecs.ServiceState>> = {},
): DeploymentConfiguration {
  const { alarms, deploymentCircuitBreaker: breaker, deploymentConfiguration = {} } = inputs;
  const { lifecycleHooks = [], ...own } = deploymentConfiguration;
  const { lifecycleHooks: _, ...kept } = before.deploymentConfiguration ?? {};
  const { bakeTimeInMinutes, strategy } = { ...kept, ...own };
  const canary = { ...kept.canaryConfiguration, ...own.canaryConfiguration };
  const linear = { ...kept.linearConfiguration, ...own.linearConfiguration };
  const minutes = {
    bakeTimeInMinutes,
    ...(!isEmpty(canary) && strategy === "CANARY" && { canaryConfiguration: canary }),
    ...(!isEmpty(linear) && strategy === "LINEAR" && { linearConfiguration: linear }),
    lifecycleHooks: lifecycleHooks.length > 0 ? lifecycleHooks.map(toHook) : undefined,
  };
  const { deploymentMaximumPercent: most, deploymentMinimumHealthyPercent: least } = inputs;
  const request = {
    minimumHealthyPercent: isDaemon(inputs) && least === 100 ? undefined : least,
    maximumPercent: isDaemon(inputs) ? undefined : most,
    strategy,
    ...(breaker ? { deploymentCircuitBreaker: { ...breaker } } : {}),
    ...(alarms ? { alarms: { ...alarms } } : {}),
    ...withMinutes(minutes, Number),
  };
  // Strings in @pulumi/aws, enumerations in the SDK; AWS refuses a wrong one.
  return request as DeploymentConfiguration;
}

function toHook({ hookDetails, targetType = "AWS_LAMBDA", ...rest }: Hook) {
  return { ...rest, targetType, ...details(hookDetails) };
}

/** Minutes are strings in the provider's schema, to tell 0 from unset, and numbers in the API. */
function withMinutes<T>(value: T, convert: (minutes: unknown) => unknown, name = ""): T {
  if (value === undefined) return value;
  if (/[mM]inutes$/.test(name)) return convert(value) as T;
  if (Array.isArray(value)) return value.map((it) => withMinutes(it, convert)) as T;
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, it]) => [key, withMinutes(it, convert, key)])) as T;
}

export function deploymentState(found: Service): Partial<Resolved<ecs.ServiceState>> {
  const { alarms, deploymentCircuitBreaker, ...deployment } = found.deploymentConfiguration ?? {};
  return {
    // An empty list means that alarms are switched off.
    alarms: { alarmNames: [], enable: false, rollback: false, ...alarms },
    deploymentCircuitBreaker: { enable: false, rollback: false, ...deploymentCircuitBreaker },
    deploymentConfiguration: strategyState(deployment),
    deploymentController: { type: found.deploymentController?.type ?? "ECS" },
    deploymentMaximumPercent: deployment.maximumPercent ?? 200,
    deploymentMinimumHealthyPercent: deployment.minimumHealthyPercent ?? 100,
  };
}

function strategyState(found: DeploymentConfiguration): Deployment {
  const { canaryConfiguration: canary, linearConfiguration: linear, lifecycleHooks = [] } = found;
  const state = {
    strategy: found.strategy ?? "ROLLING",
    bakeTimeInMinutes: found.bakeTimeInMinutes ?? 0,
    ...(canary && { canaryConfiguration: canary }),
    ...(linear && { linearConfiguration: linear }),
    ...(lifecycleHooks.length > 0 ? { lifecycleHooks: lifecycleHooks.map(fromHook) } : {}),
  };
  return withMinutes(state, String) as unknown as Deployment;
}

function fromHook({ hookDetails, lifecycleStages = [], ...rest }: DeploymentLifecycleHook) {
  const text = hookDetails ? { hookDetails: JSON.stringify(hookDetails) } : {};
  return { ...rest, lifecycleStages, ...text };
}
