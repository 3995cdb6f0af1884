/** EventBridge's patterns and input transformers: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */

/** Each leaf of a pattern lists the values that the event may have; the sandbox supports exact values and prefixes. */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(event) ? event : [event];
    return pattern.some((wanted) => values.some((value) => matchesValue(wanted, value)));
  }
  const members = Object.entries(pattern as object);
  return members.every(([key, wanted]) =>
    matchesPattern(wanted, (event as Record<string, unknown> | undefined)?.[key]),
  );
}

function matchesValue(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return wanted === value;
  const [[kind, content] = []] = Object.entries(wanted);
  if (kind === "prefix") return typeof value === "string" && value.startsWith(String(content));
  throw new Error(`the sandbox's EventBridge does not know the comparison ${kind}`);
}

export interface Transformer {
  readonly inputPaths?: Readonly<Record<string, string>> | undefined;
  readonly inputTemplate: string;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
export function transformed(
  { inputPaths = {}, inputTemplate }: Transformer,
  event: object,
  reserved: Readonly<Record<string, string>>,
): string {
  const values: Record<string, unknown> = { ...reserved };
  for (const [name, path] of Object.entries(inputPaths)) values[name] = valueAt(event, path);
  return inputTemplate.replace(/<([\w.-]+)>/g, (whole, name: string, offset: number) => {
    if (!(name in values)) return whole;
    const value = values[name] ?? "";
    const text = typeof value === "string" ? value : JSON.stringify(value);
    // A variable inside a JSON string becomes a part of the string; elsewhere it is a JSON value.
    const before = inputTemplate.slice(0, offset).replace(/\\./g, "");
    const quoted = (before.match(/"/g)?.length ?? 0) % 2 === 1;
    return quoted ? JSON.stringify(text).slice(1, -1) : JSON.stringify(value);
  });
}

/** `$.detail.pipeline`, also `$.detail['execution-id']` and `$.resources[0]`. */
function valueAt(event: object, path: string): unknown {
  const keys = [...path.matchAll(/\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]/g)];
  return keys.reduce<unknown>(
    (value, [, plain, quoted, index]) =>
      (value as Record<string, unknown> | undefined)?.[plain ?? quoted ?? index ?? ""],
    event,
  );
}
