import type { Problem } from "../../shared/errors";

const steps = (lowest: number, highest: number, step: number): readonly number[] =>
  Array.from({ length: (highest - lowest) / step + 1 }, (_, i) => lowest + i * step);

/** CPU units (1024 are one vCPU), and the memory sizes in MiB that Fargate offers for them. */
const sizes: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, steps(1024, 4096, 1024)],
  [1024, steps(2048, 8192, 1024)],
  [2048, steps(4096, 16384, 1024)],
  [4096, steps(8192, 30720, 1024)],
  [8192, steps(16384, 61440, 4096)],
  [16384, steps(32768, 122880, 8192)],
]);

/** The memory sizes in MiB that Fargate offers for a CPU size; empty if Fargate does not offer that CPU size. */
export function memoryFor(cpu: number): readonly number[] {
  return sizes.get(cpu) ?? [];
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
      reads: [`${path}.cpu`],
    },
  ];
}

function describe(cpu: number): string {
  const fitting = memoryFor(cpu);
  const [lowest = 0, next = 0] = fitting;
  return fitting.length <= 4
    ? fitting.join(", ")
    : `${lowest} to ${fitting.at(-1)} in steps of ${next - lowest}`;
}
