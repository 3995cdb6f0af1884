/** How a service deploys: controller, strategy, circuit breaker, alarms. */
import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  Service,
} from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import { sameBlocks } from "../blocks";
import type { Resolved } from "../definition";
import { isEmpty } from "../values";

type Inputs = Resolved<ecs.ServiceArgs>;
type Deployment = NonNullable<Inputs["deploymentConfiguration"]>;
type Hook = NonNullable<Deployment["lifecycleHooks"]>[number];

/** Those that AWS keeps in one object, so that a change of one sends them all. */
export const deploymentProperties = [
  "alarms",
  "deploymentCircuitBreaker",
  "deploymentConfiguration",
  "deploymentMaximumPercent",
  "deploymentMinimumHealthyPercent",
] as const;

const sameDeployment = sameBlocks({
  computed: ["bakeTimeInMinutes", "strategy"],
  blocks: { lifecycleHooks: { defaults: { targetType: "AWS_LAMBDA" } } },
});

/** The details of a hook are JSON text in the program and a document in AWS. */
function withParsedDetails(deployment: Deployment): unknown {
  const { lifecycleHooks = [] } = deployment;
  const parsed = ({ hookDetails, ...hook }: Hook) => ({ ...hook, ...details(hookDetails) });
  return { ...deployment, lifecycleHooks: lifecycleHooks.map(parsed) };
}

function details(text: string | undefined) {
  return text ? { hookDetails: JSON.parse(text) } : {};
}

/**
 * Removing a block of these changes nothing: the provider suppresses "missing optional configuration blocks".
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecs/service/
 */
export const deploymentRules = {
  alarms: {
    computed: true,
    members: ["alarmNames", "enable", "rollback"],
    equal: sameBlocks(),
  },
  deploymentCircuitBreaker: {
    computed: true,
    members: ["enable", "rollback"],
    equal: sameBlocks(),
  },
  deploymentConfiguration: {
    computed: true,
    members: [
      "bakeTimeInMinutes",
      "canaryConfiguration",
      "lifecycleHooks",
      "linearConfiguration",
      "strategy",
    ],
    equal: (a: Deployment, b: Deployment) =>
      sameDeployment(withParsedDetails(a), withParsedDetails(b)),
  },
  // Provider 6.x has no ForceNew here any more: it asks UpdateService for another controller, which takes few of them. Who
  // wants another service says `replaceOnChanges`.
  deploymentController: {
    computed: true,
    members: ["type"],
    equal: sameBlocks({ defaults: { type: "ECS" } }),
  },
  deploymentMaximumPercent: { default: 200 },
  deploymentMinimumHealthyPercent: { default: 100 },
} as const;

/** `before` is what AWS had: optional and computed in the provider, so an unset bake time goes out as it was. */
export function deploymentConfigurationOf(
  inputs: Inputs,
  before: Partial<Resolved<ecs.ServiceState>> = {},
): DeploymentConfiguration {
  const { alarms, deploymentCircuitBreaker: breaker, deploymentConfiguration = {} } = inputs;
  const { bakeTimeInMinutes, canaryConfiguration, linearConfiguration, lifecycleHooks, strategy } =
    deploymentConfiguration;
  return {
    minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent,
    maximumPercent: inputs.deploymentMaximumPercent,
    strategy: strategy as DeploymentConfiguration["strategy"],
    bakeTimeInMinutes: minutes(
      bakeTimeInMinutes ?? before.deploymentConfiguration?.bakeTimeInMinutes,
    ),
    ...(breaker ? { deploymentCircuitBreaker: { ...breaker } } : {}),
    ...(alarms ? { alarms: { ...alarms } } : {}),
    ...(canaryConfiguration &&
      strategy === "CANARY" && {
        canaryConfiguration: {
          canaryPercent: canaryConfiguration.canaryPercent,
          canaryBakeTimeInMinutes: minutes(canaryConfiguration.canaryBakeTimeInMinutes),
        },
      }),
    ...(linearConfiguration &&
      strategy === "LINEAR" && {
        linearConfiguration: {
          stepPercent: linearConfiguration.stepPercent,
          stepBakeTimeInMinutes: minutes(linearConfiguration.stepBakeTimeInMinutes),
        },
      }),
    lifecycleHooks: isEmpty(lifecycleHooks) ? undefined : lifecycleHooks?.map(toHook),
  };
}

function toHook(hook: Hook): DeploymentLifecycleHook {
  const { hookDetails, targetType = "AWS_LAMBDA", timeoutConfiguration: timeout, ...rest } = hook;
  const request = {
    ...rest,
    targetType,
    ...details(hookDetails),
    ...(timeout
      ? {
          timeoutConfiguration: {
            action: timeout.action,
            timeoutInMinutes: minutes(timeout.timeoutInMinutes),
          },
        }
      : {}),
  };
  // Text in @pulumi/aws, enumerations in the SDK; AWS refuses a wrong one.
  return request as DeploymentLifecycleHook;
}

/** What the provider's schema has as text so that 0 is not unset. */
function minutes(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

export function deploymentState(found: Service): Partial<Resolved<ecs.ServiceState>> {
  const { alarms, deploymentCircuitBreaker, ...deployment } = found.deploymentConfiguration ?? {};
  return {
    // None are alarms that are switched off.
    alarms: {
      alarmNames: alarms?.alarmNames ?? [],
      enable: alarms?.enable ?? false,
      rollback: alarms?.rollback ?? false,
    },
    deploymentCircuitBreaker: {
      enable: deploymentCircuitBreaker?.enable ?? false,
      rollback: deploymentCircuitBreaker?.rollback ?? false,
    },
    deploymentConfiguration: strategyState(deployment),
    deploymentController: { type: found.deploymentController?.type ?? "ECS" },
    deploymentMaximumPercent: deployment.maximumPercent ?? 200,
    deploymentMinimumHealthyPercent: deployment.minimumHealthyPercent ?? 100,
  };
}

function strategyState(found: DeploymentConfiguration): Deployment {
  const { canaryConfiguration: canary, linearConfiguration: linear, lifecycleHooks = [] } = found;
  return {
    strategy: found.strategy ?? "ROLLING",
    bakeTimeInMinutes: String(found.bakeTimeInMinutes ?? 0),
    ...(canary && {
      canaryConfiguration: {
        canaryPercent: canary.canaryPercent,
        canaryBakeTimeInMinutes: text(canary.canaryBakeTimeInMinutes),
      },
    }),
    ...(linear && {
      linearConfiguration: {
        stepPercent: linear.stepPercent,
        stepBakeTimeInMinutes: text(linear.stepBakeTimeInMinutes),
      },
    }),
    ...(lifecycleHooks.length > 0 ? { lifecycleHooks: lifecycleHooks.map(fromHook) } : {}),
  };
}

function fromHook(found: DeploymentLifecycleHook): Hook {
  const { hookDetails, lifecycleStages = [], timeoutConfiguration: timeout, ...rest } = found;
  return {
    ...rest,
    lifecycleStages,
    ...(hookDetails ? { hookDetails: JSON.stringify(hookDetails) } : {}),
    ...(timeout
      ? {
          timeoutConfiguration: {
            action: timeout.action,
            timeoutInMinutes: text(timeout.timeoutInMinutes),
          },
        }
      : {}),
  };
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
