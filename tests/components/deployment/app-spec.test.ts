import assert from "node:assert/strict";
import { renderAppSpec } from "../../../components/deployment/app-spec";

const arn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
const args = {
  containerName: "api",
  containerPort: 8000,
  subnets: ["subnet-1a", "subnet-1b"],
  securityGroups: ["sg-1"],
  compatibility: "FARGATE" as const,
  capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 3, base: 1 }],
  hooks: {},
};
const resources = [
  {
    TargetService: {
      Type: "AWS::ECS::Service",
      Properties: {
        TaskDefinition: "<TASK_DEFINITION>",
        LoadBalancerInfo: { ContainerName: "api", ContainerPort: 8000 },
        PlatformVersion: "LATEST",
        CapacityProviderStrategy: [{ CapacityProvider: "FARGATE_SPOT", Weight: 3, Base: 1 }],
        NetworkConfiguration: {
          AwsvpcConfiguration: {
            Subnets: ["subnet-1a", "subnet-1b"],
            SecurityGroups: ["sg-1"],
            AssignPublicIp: "DISABLED",
          },
        },
      },
    },
  },
];

describe("renderAppSpec", () => {
  it("has all settings that UpdateService may not change", async () => {
    assert.deepEqual(JSON.parse(renderAppSpec(args)), { version: 0, Resources: resources });
  });

  it("lists all five hooks in the order in which CodeDeploy calls them", async () => {
    const hooks = {
      AfterAllowTraffic: arn("e"),
      BeforeAllowTraffic: arn("d"),
      AfterAllowTestTraffic: arn("c"),
      AfterInstall: arn("b"),
      BeforeInstall: arn("a"),
    };
    assert.deepEqual(JSON.parse(renderAppSpec({ ...args, hooks })), {
      version: 0,
      Resources: resources,
      Hooks: [
        { BeforeInstall: arn("a") },
        { AfterInstall: arn("b") },
        { AfterAllowTestTraffic: arn("c") },
        { BeforeAllowTraffic: arn("d") },
        { AfterAllowTraffic: arn("e") },
      ],
    });
  });
});
