import type { Compatibility } from "../service/capacity/providers";
import { type AppSpecHook, appSpecHooks } from "../service/strategy/settings";

export interface AppSpecArgs {
  readonly containerName: string;
  readonly containerPort: number;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly capacityProviderStrategies: readonly {
    readonly capacityProvider: string;
    readonly weight: number;
    readonly base: number;
  }[];
  /** Whether the capacity is Fargate or EC2. */
  readonly compatibility: Compatibility;
  readonly hooks: Readonly<Partial<Record<AppSpecHook, string>>>;
}

/**
 * The AppSpec, which describes a deployment to CodeDeploy. CodeDeploy accepts JSON and YAML. The deploy action replaces the
 * value of `TaskDefinition` with the revision.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-example.html#appspec-file-example-ecs
 */
export function renderAppSpec(args: AppSpecArgs): string {
  const hooks = appSpecHooks.flatMap((name) => {
    const functionArn = args.hooks[name];
    return functionArn ? [{ [name]: functionArn }] : [];
  });
  return JSON.stringify({
    version: 0,
    Resources: [
      {
        TargetService: {
          Type: "AWS::ECS::Service",
          Properties: {
            TaskDefinition: "<TASK_DEFINITION>",
            LoadBalancerInfo: {
              ContainerName: args.containerName,
              ContainerPort: args.containerPort,
            },
            // Only Fargate has a platform version.
            ...(args.compatibility === "FARGATE" && { PlatformVersion: "LATEST" }),
            CapacityProviderStrategy: args.capacityProviderStrategies.map((strategy) => ({
              CapacityProvider: strategy.capacityProvider,
              Weight: strategy.weight,
              Base: strategy.base,
            })),
            NetworkConfiguration: {
              AwsvpcConfiguration: {
                Subnets: [...args.subnets],
                SecurityGroups: [...args.securityGroups],
                AssignPublicIp: "DISABLED",
              },
            },
          },
        },
      },
    ],
    ...(hooks.length > 0 && { Hooks: hooks }),
  });
}
