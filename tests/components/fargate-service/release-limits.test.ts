import assert from "node:assert/strict";
import type * as aws from "@pulumi/aws";
import {
  type ReleaseLimits,
  releaseLimits,
} from "../../../components/fargate-service/release-limits";
import { run } from "../../harness";

const least: ReleaseLimits = {
  ...{
    cpu: 256,
    memory: 512,
    compatibilities: ["FARGATE"],
    subnets: [],
    capacityProviders: ["FARGATE"],
  },
  ...{ publicIp: false, executeCommand: false, serviceConnect: false },
  ...{ vpcLattice: false, volumes: false },
};

describe("releaseLimits", () => {
  for (const [service, size, changes] of [
    [{}, { cpu: "256", memory: "512" }, {}],
    [{}, { cpu: "0.25 vCPU", memory: "0.5 GB" }, {}],
    [{}, { cpu: "1 vcpu", memory: "2GB" }, { cpu: 1024, memory: 2048 }],
    [{}, {}, { cpu: 0, memory: 0 }],
    [{ networkConfiguration: { subnets: ["subnet-1"] } }, undefined, { subnets: ["subnet-1"] }],
    [
      { networkConfiguration: { subnets: [], assignPublicIp: true } },
      undefined,
      { publicIp: true },
    ],
    [
      { capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT" }] },
      undefined,
      { capacityProviders: ["FARGATE_SPOT"] },
    ],
    [{ enableExecuteCommand: true }, undefined, { executeCommand: true }],
    [{ serviceConnectConfiguration: { enabled: true } }, undefined, { serviceConnect: true }],
    [{ serviceConnectConfiguration: { enabled: false } }, undefined, {}],
    [{ vpcLatticeConfigurations: [] }, undefined, { vpcLattice: true }],
    [
      {
        volumeConfiguration: {
          name: "v",
          managedEbsVolume: { roleArn: "arn:aws:iam::123456789012:role/ecs" },
        },
      },
      undefined,
      { volumes: true },
    ],
  ] as const satisfies readonly [aws.ecs.ServiceArgs, object | undefined, object][]) {
    it(`of ${JSON.stringify([service, size])} are ${JSON.stringify(changes)}`, async () => {
      const sizes = size ?? { cpu: "256", memory: "512" };
      const { outputs } = await run(() => releaseLimits(service, sizes));
      assert.deepEqual(outputs, { ...least, ...changes });
    });
  }
});
