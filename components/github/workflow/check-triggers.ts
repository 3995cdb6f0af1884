import { checkString, checkUnique } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import type { Trigger, Triggers } from "./trigger";

type Any = Unchecked<{
  readonly type: Trigger["type"];
  readonly branch: string;
  readonly pattern: string;
  readonly workflow: string;
  readonly cron: string;
}>;

export function checkTriggers(triggers: Unchecked<Triggers> | undefined, path: string): Problem[] {
  if (!isList(triggers)) {
    return checkTrigger(triggers ?? {}, path);
  }
  return [
    ...triggers.flatMap((trigger = {}, i) => checkTrigger(trigger, `${path}[${i}]`)),
    ...(triggers.length === 0
      ? [{ path, value: [], allowed: "at least one trigger", fix: "add one, for example push" }]
      : []),
    ...checkUnique(triggers, (i) => `${path}[${i}]`, {
      allowed: (first) => `each trigger once: ${first} is the same`,
      fix: "remove it",
    }),
  ];
}

function isList(
  triggers: Unchecked<Triggers> | undefined,
): triggers is readonly (Unchecked<Trigger> | undefined)[] {
  return Array.isArray(triggers);
}

function checkTrigger({ branch, pattern, workflow, cron }: Any, path: string): Problem[] {
  return [
    ...checkBranch(branch, `${path}.branch`),
    ...checkTagPattern(pattern, `${path}.pattern`),
    ...checkString(`${path}.workflow`, workflow, {
      valid: /^(?!.*\$\{\{)[^\p{Cc}]+$/u,
      allowed: "the name of another workflow, as in its file",
      fix: "for example Tests",
    }),
    ...checkString(`${path}.cron`, cron, {
      valid: isCron,
      allowed: "five fields: minute, hour, day of month, month, day of week, in UTC",
      fix: "for example 0 6 * * 1-5, at 6:00 from Monday to Friday",
    }),
  ];
}

// https://git-scm.com/docs/git-check-ref-format, without control characters and GitHub expressions.
const reference = String.raw`(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\$\{\{|\.lock(?:\/|$)))`;

/** Checks that GitHub and the trust policy take the branch literally: no characters with a meaning in GitHub's filters. */
export function checkBranch(branch: string | undefined, path: string): Problem[] {
  return checkString(path, branch, {
    valid: new RegExp(`^${reference}[^\\s\\p{Cc}~^:?*[\\]\\\\!+]+(?<![/.])$`, "u"),
    allowed: "the name of one branch; a wildcard would let any branch of that kind deploy",
    fix: "for example main",
  });
}

/**
 * `*` has the same meaning in GitHub's filters and in the environment's policies; the trust policy excludes tags with a `/`.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
function checkTagPattern(pattern: string | undefined, path: string): Problem[] {
  return checkString(path, pattern, {
    valid: new RegExp(`^${reference}(?!\\*+$)[\\w.*-]+(?<!\\.)$`),
    allowed:
      "letters, digits and . _ - with * for any characters; no /, which an image's tag cannot contain; not * alone, which would let every tag deploy",
    fix: "for example v*",
  });
}

const fields: readonly (readonly [least: number, most: number, names?: string])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12, "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"],
  [0, 6, "SUN|MON|TUE|WED|THU|FRI|SAT"],
];

/** https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule */
function isCron(cron: string): boolean {
  const parts = cron.split(" ");
  return (
    parts.length === fields.length &&
    fields.every(([least, most, names = "(?!)"], i) => {
      const value = `(?:\\d{1,2}|${names})`;
      const item = new RegExp(`^(?:\\*|${value}(?:-${value})?)(?:/[1-9]\\d?)?$`);
      return (parts[i] ?? "").split(",").every((part) => {
        const numbers = (part.split("/")[0] ?? "").match(/\d+/g) ?? [];
        return (
          item.test(part) &&
          numbers.every((number) => Number(number) >= least && Number(number) <= most)
        );
      });
    })
  );
}
