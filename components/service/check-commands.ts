import type { Problem } from "../shared/errors";
import type { SidecarArgs } from "./sidecar";

interface Commands {
  readonly command?: readonly string[] | undefined;
  readonly sidecars?: readonly SidecarArgs[] | undefined;
}

/**
 * The deploy action removes empty strings (also inside lists) and empty lists before it registers a task definition, but it
 * keeps an environment variable with an empty value (`isEmptyValue` in aws-actions/amazon-ecs-deploy-task-definition,
 * index.js). Pulumi would then replace CI's revision in every update.
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
              allowed: "a string that is not empty: the deploy action removes empty strings",
              fix: "remove it, or pass it through a shell: [sh, -c, \"app --name ''\"]",
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
  const allowed = "a list with at least one entry: the deploy action removes empty lists";
  return [{ path, value: list, allowed, fix: "remove the key" }];
}
