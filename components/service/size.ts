import type { Problem } from "../shared/errors";

/** CPU units to memory in MiB: lowest, highest, step. 1024 units are one vCPU. */
const sizes: ReadonlyMap<number, readonly [number, number, number]> = new Map([
  [256, [512, 2048, 512]],
  [512, [1024, 4096, 1024]],
  [1024, [2048, 8192, 1024]],
  [2048, [4096, 16384, 1024]],
  [4096, [8192, 30720, 1024]],
  [8192, [16384, 61440, 4096]],
  [16384, [32768, 122880, 8192]],
]);

/** The memory that Fargate offers with that CPU, in MiB. Not every step of the smallest size exists. */
export function memoryFor(cpu: number): number[] {
  const [lowest, highest, step] = sizes.get(cpu) ?? [1, 0, 1];
  const all = Array.from(
    { length: Math.max(0, (highest - lowest) / step + 1) },
    (_, i) => lowest + i * step,
  );
  return cpu === 256 ? all.filter((memory) => memory !== 1536) : all;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
export function checkSize(cpu: number, memory: number, path: string): Problem[] {
  const fitting = memoryFor(cpu);
  if (fitting.includes(memory)) {
    return [];
  }
  if (fitting.length === 0) {
    return [
      {
        path: `${path}.cpu`,
        value: cpu,
        allowed: `${[...sizes.keys()].join(", ")} CPU units (1024 are one vCPU)`,
        fix: "choose one of these, then a memory that fits it",
      },
    ];
  }
  const cpus = [...sizes.keys()].filter((units) => memoryFor(units).includes(memory));
  const enough = fitting.find((size) => size >= memory) ?? fitting[fitting.length - 1];
  return [
    {
      path: `${path}.memory`,
      value: memory,
      allowed: `${describe(cpu)} MiB with ${cpu} CPU units`,
      fix:
        cpus.length > 0
          ? `set memory to ${enough}, or cpu to ${cpus.join(" or ")}, which ${memory} MiB fits`
          : `set memory to ${enough}`,
    },
  ];
}

function describe(cpu: number): string {
  const fitting = memoryFor(cpu);
  if (fitting.length <= 4) {
    return fitting.join(", ");
  }
  const [lowest = 0, highest = 0, step = 0] = sizes.get(cpu) ?? [];
  return `${lowest} to ${highest} in steps of ${step}`;
}
