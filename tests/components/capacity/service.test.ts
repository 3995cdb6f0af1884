import assert from "node:assert/strict";
import { removedCapacity } from "../../../components/deployment/found-service";
import {
  Cluster,
  FargateService,
  type FargateServiceArgs,
  ImageRepository,
  LoadBalancer,
  Network,
} from "../../../components/index";
import { attempt, only, run, runStack, stackConfig, stackProgram } from "../../harness";
import { existingNetwork } from "../infrastructure";

const service = "aws:ecs/service:Service";
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";

/** A service on the cluster's capacity provider `arm`, in a stack `dev`. */
function onArm(settings: Partial<FargateServiceArgs> = {}) {
  const network = new Network("dev", existingNetwork);
  const { codeDeploy, releaseLimits } = new FargateService("api", {
    network,
    cluster: new Cluster("dev", {
      network,
      capacityProviders: [{ name: "arm", instanceTypes: ["m7g.large"], maxSize: 3 }],
    }),
    loadBalancer: new LoadBalancer("dev", { network }),
    imageRepository: new ImageRepository("api"),
    ...{ port: 8000, cpu: 200, memory: 300, cpuArchitecture: "ARM64" },
    capacityProviderStrategies: [{ capacityProvider: "arm" }],
    ...settings,
  });
  return { appSpec: codeDeploy?.appSpec, releaseLimits };
}

describe("a service on EC2", () => {
  it("has EC2's task definition, and a placeholder that is no larger", async () => {
    const { resources } = await run(onArm);
    for (const name of ["api", "api-placeholder"]) {
      const { inputs } = only(resources, taskDefinition, name);
      assert.deepEqual(
        [inputs.requiresCompatibilities, inputs.networkMode, inputs.cpu, inputs.memory],
        [["EC2"], "awsvpc", "200", "300"],
        name,
      );
      assert.equal(inputs.ephemeralStorage, undefined);
    }
  });

  it("spreads its tasks over the zones, and over few instances", async () => {
    const { resources } = await run(onArm);
    const { capacityProviderStrategies, orderedPlacementStrategies, availabilityZoneRebalancing } =
      only(resources, service).inputs;
    assert.deepEqual(capacityProviderStrategies, [
      { capacityProvider: "arm-slipway-dev", weight: 1, base: 0 },
    ]);
    assert.deepEqual(orderedPlacementStrategies, [
      { type: "spread", field: "attribute:ecs.availability-zone" },
      { type: "binpack", field: "memory" },
    ]);
    assert.equal(availabilityZoneRebalancing, "ENABLED");
  });

  it("limits a release to EC2 and its provider", async () => {
    const { outputs } = await run(() => onArm().releaseLimits);
    const { compatibilities, capacityProviders } = outputs as unknown as Record<string, unknown>;
    assert.deepEqual([compatibilities, capacityProviders], [["EC2"], ["arm-slipway-dev"]]);
  });

  it("names its provider to CodeDeploy, and no version of Fargate's platform", async () => {
    const { outputs, resources } = await run(() => onArm({ strategy: "code-deploy" }).appSpec);
    // The update would change them at once, but the capacity changes only with the next deployment.
    assert.equal(only(resources, service).inputs.orderedPlacementStrategies, undefined);
    const [{ TargetService }] = JSON.parse(String(outputs)).Resources;
    const { CapacityProviderStrategy, PlatformVersion } = TargetService.Properties;
    assert.deepEqual(CapacityProviderStrategy, [
      { CapacityProvider: "arm-slipway-dev", Weight: 1, Base: 0 },
    ]);
    assert.equal(PlatformVersion, undefined);
  });

  it("refuses a capacity provider that its cluster does not have", async () => {
    const { error } = await attempt(() =>
      onArm({ capacityProviderStrategies: [{ capacityProvider: "amr" }] }),
    );
    assert.match(String(error?.message), /capacityProvider: "amr"[\s\S]*did you mean arm\?/);
  });

  it("may name a provider of an existing cluster as ECS does", async () => {
    const { resources } = await run(() => {
      const cluster = new Cluster("dev", { existing: "platform" });
      const capacityProviderStrategies = [{ capacityProvider: "arm-platform-prod" }];
      return onArm({ cluster, capacityProviderStrategies });
    });
    assert.deepEqual(only(resources, service).inputs.capacityProviderStrategies, [
      { capacityProvider: "arm-platform-prod", weight: 1, base: 0 },
    ]);
  });

  it("refuses everything about instances at once, before the first resource", async () => {
    const dev = stackConfig("Pulumi.dev.yaml");
    const [api] = dev["slipway:services"] as object[];
    const capacityProviders = [
      { name: "arm", instanceTypes: ["m7g.large", "m9z.huge"], maxSize: 1 },
    ];
    const { resources, error } = await attemptStack({
      ...dev,
      "slipway:cluster": { capacityProviders },
      "slipway:services": [
        {
          ...{ ...api, cpuArchitecture: "X86_64", memory: 9000, cpu: 512 },
          capacityProviderStrategies: [{ capacityProvider: "arm" }],
        },
      ],
    });
    assert.deepEqual(resources, []);
    assert.deepEqual(
      [...String(error?.message).matchAll(/^ {2}(\S+): /gm)].map(([, path]) => path),
      [
        "cluster.capacityProviders[0].instanceTypes[1]",
        "services[0].cpuArchitecture",
        "services[0].memory",
      ],
    );
  });

  it("is released by a role that may use EC2 and its provider alone", async () => {
    const dev = stackConfig("Pulumi.dev.yaml");
    const [api] = dev["slipway:services"] as object[];
    const { resources } = await runStack({
      ...dev,
      "slipway:cluster": {
        capacityProviders: [{ name: "x86", instanceTypes: ["t3.small"], maxSize: 2 }],
      },
      "slipway:services": [{ ...api, capacityProviderStrategies: [{ capacityProvider: "x86" }] }],
    });
    const conditionsOf = (name: string) =>
      String(only(resources, "aws:iam/rolePolicy:RolePolicy", name).inputs.policy);
    assert.match(conditionsOf("api-register"), /"ecs:compute-compatibility":\["EC2"\]/);
    assert.match(
      conditionsOf("api-deploy"),
      /"ecs:capacity-provider":\["arn:aws:ecs:[\w:-]+:capacity-provider\/x86-slipway-dev"\]/,
    );
  });

  it("asks nothing about instances where there are none", async () => {
    const { invokes } = await runStack(stackConfig("Pulumi.dev.yaml"));
    assert.deepEqual(
      invokes.filter(({ token }) => token.includes("InstanceType")),
      [],
    );
  });
});

function attemptStack(config: Readonly<Record<string, unknown>>) {
  return attempt(stackProgram(config));
}

describe("a capacity provider that goes", () => {
  const on = (...names: string[]) => ({
    capacity: names.map((capacityProvider) => ({ capacityProvider, weight: 1, base: 0 })),
  });
  const fargate = ["FARGATE", "FARGATE_SPOT"];

  for (const [title, found, cluster, removed] of [
    ["is still needed by the service that is on it", on("FARGATE", "arm"), fargate, "arm"],
    ["is not needed by other services", on("FARGATE"), fargate, undefined],
    ["is not needed before the first update", undefined, fargate, undefined],
    ["is not checked for an existing cluster", on("arm"), undefined, undefined],
  ] as const) {
    it(title, () => {
      assert.equal(removedCapacity(found, cluster), removed);
    });
  }
});
