import type { Problem } from "../shared/errors";
import type { SidecarArgs } from "./sidecar";

interface Commands {
  readonly command?: readonly string[] | undefined;
  readonly sidecars?: readonly SidecarArgs[] | undefined;
}

/**
 * The deploy action registers a task definition without what is empty: empty texts, also inside a list, and empty lists.
 * Pulumi would then replace CI's revision in every update. `isEmptyValue` in aws-actions/amazon-ecs-deploy-task-definition,
 * index.js. It keeps an environment variable whose value is empty.
 */
export function checkCommands({ command, sidecars = [] }: Commands, path: string): Problem[] {
  return [
    ...checkWords(command, `${path}.command`),
    ...sidecars.flatMap((sidecar, i) => {
      const at = `${path}.sidecars[${i}]`;
      return [
        ...checkWords(sidecar.command, `${at}.command`),
        ...checkWords(sidecar.entryPoint, `${at}.entryPoint`),
        ...checkWords(sidecar.healthCheck?.command, `${at}.healthCheck.command`),
        ...checkEntries(sidecar.dependsOn, `${at}.dependsOn`),
      ];
    }),
  ];
}

function checkWords(words: readonly string[] | undefined, path: string): Problem[] {
  return [
    ...checkEntries(words, path),
    ...(words ?? []).flatMap((word, i) =>
      word === ""
        ? [
            {
              path: `${path}[${i}]`,
              value: word,
              allowed: "a text that is not empty: the deploy action drops empty ones",
              fix: "remove it, or let a shell write it: [sh, -c, \"app --name ''\"]",
            },
          ]
        : [],
    ),
  ];
}

function checkEntries(list: readonly unknown[] | undefined, path: string): Problem[] {
  if (list?.length !== 0) {
    return [];
  }
  const allowed = "a list with at least one entry: the deploy action drops empty ones";
  return [{ path, value: list, allowed, fix: "remove the key" }];
}
