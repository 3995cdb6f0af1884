import { checkRange, checkString, checkUnique, isDefined, nearest } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import { capacityDefaults } from "../defaults";
import type { ServiceSettings } from "../settings";
import type { CapacityProviderStrategy } from "./providers";
import { type Compatibility, fargateProviders, onFargate } from "./providers";
import { checkSize } from "./size";

type Strategies = readonly (Unchecked<CapacityProviderStrategy> | undefined)[];

/** Checks what tasks run on, and whether they fit. Fargate has its own sizes and disk. */
export function checkCapacity(
  args: Unchecked<ServiceSettings>,
  { cpu, memory, compatibility }: { cpu: number; memory: number; compatibility: Compatibility },
  path: string,
): Problem[] {
  const at = `${path}.capacityProviderStrategies`;
  const { ephemeralStorage } = args;
  const ofKind =
    compatibility === "FARGATE"
      ? [
          ...checkSize(cpu, memory, path),
          ...checkRange(`${path}.ephemeralStorage`, ephemeralStorage, [21, 200], "GiB"),
        ]
      : [
          // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
          ...checkRange(`${path}.cpu`, cpu, [128, 196_608], "CPU units; 1024 are one vCPU"),
          // Docker's minimum for a container.
          ...checkRange(`${path}.memory`, memory, [6, 25_165_824], "MiB"),
          ...withoutDisk(ephemeralStorage, path),
        ];
  return [
    ...checkStrategies(args.capacityProviderStrategies ?? [], at),
    ...ofKind.map((problem) => ({ ...problem, reads: [...(problem.reads ?? []), at] })),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html: for tasks on Fargate. */
function withoutDisk(ephemeralStorage: number | undefined, path: string): Problem[] {
  return ephemeralStorage === undefined
    ? []
    : [
        {
          path: `${path}.ephemeralStorage`,
          value: ephemeralStorage,
          allowed: "nothing on EC2: tasks share the disk of their instance",
          fix: "remove it, and set volumeSize of the capacity provider",
        },
      ];
}

function checkStrategies(strategies: Strategies, path: string): Problem[] {
  const problems = [
    ...strategies.flatMap((strategy, i) => [
      ...checkRange(`${path}[${i}].weight`, strategy?.weight, [0, 1000], "shares"),
      ...checkRange(`${path}[${i}].base`, strategy?.base, [0, 100000], "tasks"),
    ]),
    ...checkUnique(
      strategies.map((strategy) => strategy?.capacityProvider),
      (i) => `${path}[${i}].capacityProvider`,
      {
        allowed: (first) => `each capacity provider once: ${first} is the same`,
        fix: "join the two entries",
      },
    ),
    ...checkKinds(strategies, path),
  ];
  const withBase = strategies.filter((strategy) => (strategy?.base ?? 0) > 0);
  if (withBase.length > 1) {
    problems.push({
      path,
      value: withBase.map((strategy) => strategy?.capacityProvider),
      allowed: "a base for only one capacity provider",
      fix: "remove base from the other",
    });
  }
  const weights = strategies.map((strategy) => strategy?.weight ?? capacityDefaults.weight);
  if (weights.length > 0 && weights.every((weight) => weight === 0)) {
    problems.push({
      path,
      value: 0,
      allowed: "a weight above 0 for at least one capacity provider",
      fix: "raise a weight",
    });
  }
  return problems;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-capacity-providers.html, "considerations" */
function checkKinds(strategies: Strategies, path: string): Problem[] {
  const names = strategies.map((strategy) => strategy?.capacityProvider).filter(isDefined);
  return new Set(names.map(onFargate)).size < 2
    ? []
    : [
        {
          path,
          value: names,
          allowed: "capacity providers of one kind: ECS does not mix Fargate and EC2 in a service",
          fix: "name only FARGATE and FARGATE_SPOT, or only capacity providers of the cluster",
        },
      ];
}

/** @param own the capacity providers of the cluster in addition to Fargate's; undefined if they are not known */
export function checkCapacityNames(
  {
    capacityProviderStrategies = [],
  }: Pick<Unchecked<ServiceSettings>, "capacityProviderStrategies">,
  own: readonly string[] | undefined,
  path: string,
): Problem[] {
  const known = [...fargateProviders, ...(own ?? [])];
  return capacityProviderStrategies.flatMap((strategy, i) =>
    checkString(
      `${path}.capacityProviderStrategies[${i}].capacityProvider`,
      strategy?.capacityProvider,
      {
        // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html
        valid: (name) => (own === undefined ? /^[\w-]{1,255}$/.test(name) : known.includes(name)),
        allowed:
          own === undefined
            ? "the name of a capacity provider of the cluster, as in ECS"
            : `${known.join(", ")}: the capacity providers of the cluster`,
        fix: (name) => {
          const meant = nearest(name, known);
          return meant
            ? `did you mean ${meant}?`
            : "choose one of these, or add it to the cluster's capacityProviders";
        },
      },
    ),
  );
}
