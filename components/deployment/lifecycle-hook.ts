import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Hook } from "./plan";

/** The provider's arguments of a hook. ECS calls Lambda functions with the role `roleArn`. */
export function lifecycleHook(
  hook: Hook,
  roleArn: pulumi.Input<string>,
): aws.types.input.ecs.ServiceDeploymentConfigurationLifecycleHook {
  const lifecycleStages = [hook.stage];
  if ("functionArn" in hook) {
    return {
      targetType: "AWS_LAMBDA",
      hookTargetArn: hook.functionArn,
      roleArn,
      lifecycleStages,
    };
  }
  const { action, timeoutInMinutes } = hook.pause;
  return {
    targetType: "PAUSE",
    lifecycleStages,
    timeoutConfiguration: { action, timeoutInMinutes: String(timeoutInMinutes) },
  };
}
