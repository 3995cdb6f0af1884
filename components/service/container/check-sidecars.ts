import { checkRange, checkString, checkUnique, isDefined } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import { sidecarDefaults } from "../defaults";
import { checkImage } from "./check-image";
import { checkVariables } from "./check-variables";
import { checkSecurity } from "./security";
import type { ContainerHealthCheck, SidecarArgs } from "./sidecar";

type Sidecar = Unchecked<SidecarArgs>;

/** The task that the sidecars are part of. */
export interface Task {
  /** The main container's name. @default not known yet */
  readonly name: string | undefined;
  readonly cpu: number;
  readonly memory: number;
}

/** @param path the service's path */
export function checkSidecars(
  sidecars: readonly (Sidecar | undefined)[],
  task: Task,
  path: string,
): Problem[] {
  const at = (i: number) => `${path}.sidecars[${i}]`;
  const names = sidecars.map((sidecar) => sidecar?.name);
  return [
    ...checkUnique([task.name, ...names], (i) => `${i === 0 ? path : at(i - 1)}.name`, {
      allowed: (first) => `a name that no other container of the task has: ${first} is the same`,
      fix: "rename one of them",
    }),
    ...sidecars.flatMap((sidecar = {}, i) => [
      ...checkName(sidecar.name, `${at(i)}.name`),
      ...checkImage(sidecar.image, `${at(i)}.image`),
      ...checkVariables(sidecar, at(i)),
      ...checkSecurity(sidecar, at(i)),
      ...checkHealth(sidecar.healthCheck, `${at(i)}.healthCheck`),
    ]),
    ...checkReservation("cpu", "CPU units", sidecars, task.cpu, path),
    ...checkReservation("memoryReservation", "MiB", sidecars, task.memory, path),
    ...checkDependencies(sidecars, task, path),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
function checkName(name: string | undefined, path: string): Problem[] {
  return checkString(path, name, {
    valid: /^[\w-]{1,255}$/,
    allowed: "letters, digits, hyphens and underscores, at most 255",
    fix: "for example log-agent",
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
function checkHealth(check: Unchecked<ContainerHealthCheck> | undefined, path: string): Problem[] {
  const { command, interval, timeout, retries, startPeriod } = check ?? {};
  return [
    ...checkString(`${path}.command[0]`, command?.[0], {
      valid: /^(?:CMD(?:-SHELL)?)?$/,
      allowed: "CMD, which runs the words that follow, or CMD-SHELL, which runs a shell command",
      fix: 'for example ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]',
    }),
    ...(command && command.length < 2
      ? [
          {
            path: `${path}.command`,
            value: command,
            allowed: "CMD or CMD-SHELL, then the command",
            fix: 'for example ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]',
          },
        ]
      : []),
    ...checkRange(`${path}.interval`, interval, [5, 300], "seconds"),
    ...checkRange(`${path}.timeout`, timeout, [2, 60], "seconds"),
    ...checkRange(`${path}.retries`, retries, [1, 10], "checks"),
    ...checkRange(`${path}.startPeriod`, startPeriod, [0, 300], "seconds"),
  ];
}

/** ECS refuses a task whose containers reserve more than the task has. Docker needs at least 6 MiB for a container. */
function checkReservation(
  key: "cpu" | "memoryReservation",
  unit: string,
  sidecars: readonly (Sidecar | undefined)[],
  ofTask: number,
  path: string,
): Problem[] {
  const least = key === "cpu" ? 0 : 6;
  const size = key === "cpu" ? "cpu" : "memory";
  const each = sidecars.flatMap((sidecar, i) =>
    checkRange(`${path}.sidecars[${i}].${key}`, sidecar?.[key], [least, ofTask], unit).map(
      (problem) => ({ ...problem, reads: [`${path}.${size}`] }),
    ),
  );
  const sum = sidecars.reduce((total, sidecar) => total + (sidecar?.[key] ?? 0), 0);
  if (each.length > 0 || sum <= ofTask) {
    return each;
  }
  return [
    {
      path: `${path}.sidecars`,
      value: `${sum} ${unit} in ${key}`,
      allowed: `at most the task's ${size}, ${ofTask} ${unit}, for all containers together`,
      fix: `lower ${key}, or raise the service's ${size}`,
      reads: [`${path}.${size}`],
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html */
function checkDependencies(
  sidecars: readonly (Sidecar | undefined)[],
  { name: main }: Task,
  path: string,
): Problem[] {
  if (main === undefined) {
    return [];
  }
  const names = [`${path}.name`, ...sidecars.map((_, i) => `${path}.sidecars[${i}].name`)];
  return sidecars.flatMap((sidecar, i) =>
    (sidecar?.dependsOn ?? []).flatMap((dependency, j) => {
      const at = `${path}.sidecars[${i}].dependsOn[${j}]`;
      const { containerName, condition } = dependency ?? {};
      const target = sidecars.findIndex((other) => other?.name === containerName);
      const to = `${path}.sidecars[${target}]`;
      const reads = [...names, `${at}.containerName`, `${to}.essential`, `${to}.healthCheck`];
      const problems = [
        ...checkTarget(containerName, sidecar?.name, { main, sidecars, path: at }),
        ...checkCondition(condition, sidecars[target], `${at}.condition`),
      ];
      const known = containerName === main || target >= 0;
      return problems.slice(0, known ? undefined : 1).map((problem) => ({ ...problem, reads }));
    }),
  );
}

function checkTarget(
  target: string | undefined,
  own: string | undefined,
  { main, sidecars, path }: Surroundings,
): Problem[] {
  const others = [main, ...sidecars.map((sidecar) => sidecar?.name)].filter((name) => name !== own);
  if (target === undefined || (others.includes(target) && !waitsFor(target, own, sidecars))) {
    return [];
  }
  return [
    {
      path: `${path}.containerName`,
      value: target,
      ...(others.includes(target)
        ? {
            allowed: `a container that does not wait for ${own}: in a circle, no container can start`,
            fix: "remove one of the dependencies",
          }
        : {
            allowed: `another container of the task: ${others.filter(isDefined).join(", ")}`,
            fix: "name one of these, or remove the dependency",
          }),
    },
  ];
}

interface Surroundings {
  readonly main: string;
  readonly sidecars: readonly (Sidecar | undefined)[];
  readonly path: string;
}

/** Whether a container waits for another one, directly or through others. */
function waitsFor(
  from: string,
  target: string | undefined,
  sidecars: readonly (Sidecar | undefined)[],
  seen: readonly string[] = [],
): boolean {
  const next = sidecars
    .filter((sidecar) => sidecar?.name === from)
    .flatMap((sidecar) => sidecar?.dependsOn ?? [])
    .map((dependency) => dependency?.containerName)
    .filter(isDefined);
  return next.some(
    (name) =>
      name === target ||
      (!seen.includes(name) && waitsFor(name, target, sidecars, [...seen, name])),
  );
}

/** @param target the sidecar to wait for; undefined for the main container, which is essential and has no health check */
function checkCondition(
  condition: string | undefined,
  target: Sidecar | undefined,
  path: string,
): Problem[] {
  const essential = target?.essential ?? sidecarDefaults.essential;
  if ((condition === "COMPLETE" || condition === "SUCCESS") && essential) {
    return [
      {
        path,
        value: condition,
        allowed: "START or HEALTHY: an essential container that ends stops the whole task",
        fix: target ? "set essential: false on that sidecar" : "wait for START",
      },
    ];
  }
  if (condition === "HEALTHY" && target?.healthCheck === undefined) {
    return [
      {
        path,
        value: condition,
        allowed: "HEALTHY only for a container with a healthCheck: ECS does not read the image's",
        fix: target ? "add a healthCheck to that sidecar" : "wait for START",
      },
    ];
  }
  return [];
}
