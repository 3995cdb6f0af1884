import { tasksOn } from "../service/capacity/providers";
import type { ResolvedDeployment } from "../service/resolve";
import type { Problem } from "../shared/errors";
import { cpuArchitectureOf, type InstanceFacts, roomOf, tasksIn } from "./plan";
import type { CapacityProviderArgs } from "./settings";

/** A capacity provider, and what AWS says of its instance types. */
export interface FoundProvider {
  readonly args: Pick<CapacityProviderArgs, "name" | "spot" | "maxSize">;
  readonly facts: readonly InstanceFacts[];
  /** Where the user wrote it. */
  readonly path: string;
}

/** A service on EC2. */
export interface PlacedService {
  readonly service: Pick<
    ResolvedDeployment,
    "capacityProviderStrategies" | "cpu" | "cpuArchitecture" | "memory"
  >;
  /** The most tasks at the same time while it is deployed with its fewest tasks. */
  readonly peakTasks: number;
  readonly path: string;
}

/** Whether all services run on all instance types of their capacity providers, and whether there may be enough instances. */
export function checkFit(
  providers: readonly FoundProvider[],
  services: readonly PlacedService[],
): Problem[] {
  return providers.flatMap((provider) => {
    const own = services.filter(({ service }) =>
      service.capacityProviderStrategies.some(
        ({ capacityProvider }) => capacityProvider === provider.args.name,
      ),
    );
    const problems = [
      ...checkArchitectures(provider),
      ...checkSpot(provider),
      ...own.flatMap((placed) => [
        ...checkArchitecture(provider, placed),
        ...provider.facts.flatMap((facts) => checkTask(provider, facts, placed)),
      ]),
    ];
    return problems.length > 0 ? problems : checkNumber(provider, own);
  });
}

/** One launch template has one image, and an image is for one processor type. */
function checkArchitectures({ facts, path }: FoundProvider): Problem[] {
  const known = facts.map(({ architectures, ...one }) => ({
    ...one,
    architecture: architectures.find((name) => ["arm64", "x86_64"].includes(name)),
  }));
  return known.flatMap(({ instanceType, architecture }, i) => {
    const problem = { path: `${path}.instanceTypes[${i}]`, value: instanceType };
    if (architecture === undefined) {
      const has = facts[i]?.architectures.join(", ");
      return [
        {
          ...problem,
          allowed: `an instance type with arm64 or x86_64: this one has ${has}`,
          fix: "choose another instance type, for example t4g.medium",
        },
      ];
    }
    return architecture === (known[0]?.architecture ?? architecture)
      ? []
      : [
          {
            ...problem,
            allowed: `instance types of one processor type: ${known[0]?.instanceType} has ${known[0]?.architecture}`,
            fix: `name it in a second capacity provider for ${architecture}`,
            reads: [`${path}.instanceTypes[0]`],
          },
        ];
  });
}

function checkSpot({ args, facts, path }: FoundProvider): Problem[] {
  return facts.flatMap(({ instanceType, spot }, i) =>
    !args.spot || spot
      ? []
      : [
          {
            path: `${path}.instanceTypes[${i}]`,
            value: instanceType,
            allowed: "an instance type that AWS offers as a Spot instance",
            fix: "choose another one, or set spot to false",
            reads: [`${path}.spot`],
          },
        ],
  );
}

function checkArchitecture({ args, facts, path }: FoundProvider, placed: PlacedService): Problem[] {
  const [first] = facts;
  const { cpuArchitecture } = placed.service;
  if (!first || cpuArchitectureOf(first.architectures) === cpuArchitecture) {
    return [];
  }
  const other = cpuArchitecture === "ARM64" ? "X86_64" : "ARM64";
  return [
    {
      path: `${placed.path}.cpuArchitecture`,
      value: cpuArchitecture,
      allowed: `${other}: the instances of ${args.name} (${first.instanceType}) have it`,
      fix: `set cpuArchitecture to ${other}, or choose instance types with ${cpuArchitecture}`,
      reads: [`${path}.instanceTypes`],
    },
  ];
}

function checkTask(
  { args, path }: FoundProvider,
  facts: InstanceFacts,
  placed: PlacedService,
): Problem[] {
  const { cpu, memory } = placed.service;
  const room = roomOf(facts);
  const needs = [
    ["cpu", cpu, room.cpu, "CPU units"],
    ["memory", memory, room.memory, "MiB"],
  ] as const;
  return needs
    .filter(([, value, most]) => value > most)
    .map(([key, value, most, unit]) => ({
      path: `${placed.path}.${key}`,
      value,
      allowed: `at most ${most} ${unit}: a ${facts.instanceType} of ${args.name} has no more for tasks`,
      fix: "lower it, or choose larger instance types",
      reads: [`${path}.instanceTypes`],
    }));
}

/** A deployment that needs more instances than there may be waits until it fails. */
function checkNumber(
  { args, facts, path }: FoundProvider,
  own: readonly PlacedService[],
): Problem[] {
  const needed = Math.ceil(
    own.reduce((sum, { service, peakTasks }) => {
      const tasks = tasksOn(args.name, peakTasks, service.capacityProviderStrategies);
      const most = Math.max(...facts.map((one) => tasksIn(roomOf(one), service)));
      return sum + tasks / most;
    }, 0),
  );
  return needed <= args.maxSize
    ? []
    : [
        {
          path: `${path}.maxSize`,
          value: args.maxSize,
          allowed: `at least ${needed}: the tasks fill so many instances while all services are deployed`,
          fix: `set it to ${needed} or more, or choose larger instance types`,
          reads: [`${path}.instanceTypes`, ...own.map((placed) => placed.path)],
        },
      ];
}
