import assert from "node:assert/strict";
import { findCapacityProblems } from "../../../components/capacity/find";
import { type InstanceFacts, roomOf, tasksIn } from "../../../components/capacity/plan";
import type { CapacityProviderArgs } from "../../../components/capacity/settings";
import type { DeploymentSettings } from "../../../components/service/settings";
import { run } from "../../harness";

const arm: CapacityProviderArgs = { name: "arm", instanceTypes: ["m7g.large"], maxSize: 3 };
const onArm: DeploymentSettings = {
  cpuArchitecture: "ARM64",
  capacityProviderStrategies: [{ capacityProvider: "arm" }],
};

async function problems(
  providers: readonly CapacityProviderArgs[],
  services: readonly DeploymentSettings[],
): Promise<string[]> {
  const { outputs } = await run(() =>
    findCapacityProblems(providers, services, {
      provider: (i) => `providers[${i}]`,
      service: (i) => `services[${i}]`,
    }),
  );
  const found = outputs as unknown as Awaited<ReturnType<typeof findCapacityProblems>>;
  return found.map(({ path, allowed }) => `${path}: ${allowed}`);
}

describe("the room of an instance", () => {
  const small: InstanceFacts = {
    ...{ instanceType: "t3.small", vcpus: 2, memory: 2048, networkInterfaces: 3 },
    ...{ architectures: ["x86_64"], spot: true },
  };

  it("is less than its memory, and one network interface less than it has", () => {
    assert.deepEqual(roomOf(small), { cpu: 2048, memory: 1766, tasks: 2 });
  });

  for (const [task, tasks] of [
    [{ cpu: 256, memory: 256 }, 2],
    [{ cpu: 256, memory: 1024 }, 1],
    [{ cpu: 2048, memory: 256 }, 1],
    [{ cpu: 256, memory: 2048 }, 0],
  ] as const) {
    it(`is enough for ${tasks} tasks of ${JSON.stringify(task)}`, () => {
      assert.equal(tasksIn(roomOf(small), task), tasks);
    });
  }
});

describe("capacity providers and services", () => {
  const large = { ...onArm, cpu: 4096, memory: 8192 };
  const small = { ...onArm, cpu: 256, memory: 512 };

  for (const [title, providers, services, expected] of [
    ["fit", [arm], [small, {}], []],
    ["may be on Fargate only", [arm], [{ cpuArchitecture: "X86_64" }], []],
    [
      "name a type that the region has",
      [{ ...arm, instanceTypes: ["m7g.large", "m9z.huge"] }],
      [],
      [
        "providers[0].instanceTypes[1]: an instance type of the region: no matching EC2 Instance Type found",
      ],
    ],
    [
      "have one processor type",
      [{ ...arm, instanceTypes: ["m7g.large", "m7i.large"] }],
      [],
      ["providers[0].instanceTypes[1]: instance types of one processor type: m7g.large has arm64"],
    ],
    [
      "run Linux, also as Spot instances",
      [{ ...arm, instanceTypes: ["mac2.metal"], spot: true }],
      [],
      [
        "providers[0].instanceTypes[0]: an instance type with arm64 or x86_64: this one has arm64_mac",
        "providers[0].instanceTypes[0]: an instance type that AWS offers as a Spot instance",
      ],
    ],
    [
      "have the same processor type",
      [arm],
      [{ ...small, cpuArchitecture: "X86_64" as const }],
      ["services[0].cpuArchitecture: ARM64: the instances of arm (m7g.large) have it"],
    ],
    [
      "have tasks that fit on the smallest type",
      [{ ...arm, instanceTypes: ["m7g.large", "t4g.medium"] }],
      [{ ...small, memory: 4096 }, large],
      [
        "services[0].memory: at most 3660 MiB: a t4g.medium of arm has no more for tasks",
        "services[1].cpu: at most 2048 CPU units: a m7g.large of arm has no more for tasks",
        "services[1].memory: at most 7449 MiB: a m7g.large of arm has no more for tasks",
        "services[1].cpu: at most 2048 CPU units: a t4g.medium of arm has no more for tasks",
        "services[1].memory: at most 3660 MiB: a t4g.medium of arm has no more for tasks",
      ],
    ],
    [
      "have room for old and new tasks",
      [arm],
      // Old and new tasks: seven each, two on an instance.
      [{ ...small, desiredCount: 7 }],
      [
        "providers[0].maxSize: at least 7: the tasks fill so many instances while all services are deployed",
      ],
    ],
    [
      "count each service by its share",
      [arm, { ...arm, name: "more" }],
      [
        {
          ...small,
          desiredCount: 7,
          capacityProviderStrategies: [
            { capacityProvider: "arm", weight: 1 },
            { capacityProvider: "more", weight: 2 },
          ],
        },
      ],
      [
        "providers[1].maxSize: at least 5: the tasks fill so many instances while all services are deployed",
      ],
    ],
  ] as const satisfies readonly [
    string,
    readonly CapacityProviderArgs[],
    readonly DeploymentSettings[],
    readonly string[],
  ][]) {
    it(title, async () => {
      assert.deepEqual(await problems(providers, services), expected);
    });
  }
});
