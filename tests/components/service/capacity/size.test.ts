import assert from "node:assert/strict";
import { checkSize, memoryFor } from "../../../../components/service/capacity/size";
import { withoutReads } from "../../../harness";

const steps = (lowest: number, highest: number, step: number) =>
  Array.from({ length: (highest - lowest) / step + 1 }, (_, i) => lowest + i * step);

describe("memoryFor", () => {
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
  for (const [cpu, expected] of [
    [256, [512, 1024, 2048]],
    [512, steps(1024, 4096, 1024)],
    [1024, steps(2048, 8192, 1024)],
    [2048, steps(4096, 16384, 1024)],
    [4096, steps(8192, 30720, 1024)],
    [8192, steps(16384, 61440, 4096)],
    [16384, steps(32768, 122880, 8192)],
    [300, []],
  ] as const) {
    it(`${cpu} CPU units`, async () => {
      assert.deepEqual(memoryFor(cpu), expected);
    });
  }
});

describe("checkSize", () => {
  const memory = { path: "services[0].memory" };
  for (const [cpu, mib, problems] of [
    [256, 512, []],
    [16384, 122880, []],
    [
      256,
      1536,
      [
        {
          ...memory,
          value: 1536,
          allowed: "512, 1024, 2048 MiB with 256 CPU units",
          fix: "set memory to 2048",
        },
      ],
    ],
    [
      256,
      4096,
      [
        {
          ...memory,
          value: 4096,
          allowed: "512, 1024, 2048 MiB with 256 CPU units",
          fix: "set memory to 2048, or cpu to 512 or 1024 or 2048, which 4096 MiB fits",
        },
      ],
    ],
    [
      8192,
      17408,
      [
        {
          ...memory,
          value: 17408,
          allowed: "16384 to 61440 in steps of 4096 MiB with 8192 CPU units",
          fix: "set memory to 20480, or cpu to 4096, which 17408 MiB fits",
        },
      ],
    ],
    [
      1,
      2,
      [
        {
          path: "services[0].cpu",
          value: 1,
          allowed: "256, 512, 1024, 2048, 4096, 8192, 16384 CPU units (1024 are one vCPU)",
          fix: "choose one of these, then a memory that fits it",
        },
      ],
    ],
  ] as const) {
    it(`${problems.length === 0 ? "accepts" : "refuses"} ${cpu} with ${mib}`, async () => {
      assert.deepEqual(withoutReads(checkSize(cpu, mib, "services[0]")), problems);
    });
  }
});
