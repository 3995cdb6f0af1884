import { checkString } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import type { SidecarArgs } from "./sidecar";

interface Commands {
  readonly command?: readonly (string | undefined)[] | undefined;
  readonly sidecars?: readonly (Unchecked<SidecarArgs> | undefined)[] | undefined;
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
        ...checkWords(sidecar?.command, `${at}.command`),
        ...checkWords(sidecar?.entryPoint, `${at}.entryPoint`),
        ...checkEach(sidecar?.healthCheck?.command, `${at}.healthCheck.command`),
        ...checkEntries(sidecar?.dependsOn, `${at}.dependsOn`),
      ];
    }),
  ];
}

function checkWords(words: readonly (string | undefined)[] | undefined, path: string): Problem[] {
  return [...checkEntries(words, path), ...checkEach(words, path)];
}

function checkEach(words: readonly (string | undefined)[] | undefined, path: string): Problem[] {
  return (words ?? []).flatMap((word, i) =>
    checkString(`${path}[${i}]`, word, {
      valid: /./s,
      allowed: "a string that is not empty: the deploy action removes empty strings",
      fix: "remove it, or pass it through a shell: [sh, -c, \"app --name ''\"]",
    }),
  );
}

function checkEntries(list: readonly unknown[] | undefined, path: string): Problem[] {
  if (list?.length !== 0) {
    return [];
  }
  const allowed = "a list with at least one entry: the deploy action removes empty lists";
  return [{ path, value: list, allowed, fix: "remove the key" }];
}
