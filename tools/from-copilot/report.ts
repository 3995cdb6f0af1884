import type { Conversion } from "./convert";
import type { Finding } from "./finding";

/** What the command prints: the stacks, and what has no place in them, by file. */
export function reportOf({ services, findings }: Conversion, written: readonly string[]): string {
  const stacks = [...services].map(([stack, names]) => `${stack}: ${names.join(", ")}`);
  const files = [...new Set(findings.map(({ at }) => at.file))];
  const count = groupsOf(findings).length;
  return [
    ...written,
    ...stacks.map((text) => `  ${text}`),
    "",
    findings.length === 0
      ? "Every key of the manifests has its counterpart."
      : `${count} ${count === 1 ? "key has" : "keys have"} no counterpart, or only in part:`,
    ...files.flatMap((file) => [
      "",
      file,
      ...groupsOf(findings.filter(({ at }) => at.file === file)).flatMap(linesOf),
    ]),
    "",
  ].join("\n");
}

/** The findings of one key with one reason. */
function groupsOf(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const name = JSON.stringify([finding.at, finding.key, finding.reason]);
    groups.set(name, [...(groups.get(name) ?? []), finding]);
  }
  return [...groups.values()];
}

/** A key, its reason, and for each group of environments what to do instead. */
function linesOf(group: readonly Finding[]): string[] {
  const [first, ...others] = group;
  if (!first) return [];
  const where = (environments: readonly string[]) =>
    environments.length > 0 ? ` (${environments.join(", ")})` : "";
  return [
    `  ${first.at.line}: ${first.key}${others.length === 0 ? where(first.environments) : ""}`,
    `      ${sentence(first.reason)}`,
    ...group.map(({ instead, environments }) => {
      const place = others.length === 0 ? "" : where(environments);
      return `      Instead${place}: ${instead}`;
    }),
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
