/** Implements Check: refuses unknown properties, and fills in defaults, the name, the region and all tags. */
import { createHash } from "node:crypto";
import type { AnyShape, Autonaming, PropertyRule, Tags } from "./definition";
import { type CheckRequest, type CheckResult, type Properties, UNKNOWN } from "./provider";
import { containsUnknown } from "./values";
import { isObject } from "./wire";

/** The provider's configuration for regional and for tagged types. */
export interface Scope {
  readonly region?: string | undefined;
  readonly defaultTags?: Tags | undefined;
}

/** Inputs that Check filled in, under the key of the real provider, which the engine does not display. */
export const DEFAULTS = "__defaults";

/** The rules of all inputs, including those that the framework adds. */
export function rulesOf(definition: AnyShape): Readonly<Record<string, PropertyRule>> {
  return {
    ...definition.properties,
    // https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/: a changed region replaces.
    ...(definition.global ? {} : { region: { replace: true } }),
    ...(definition.tagging ? { tags: {}, tagsAll: {} } : {}),
  };
}

export function check(definition: AnyShape, request: CheckRequest, scope: Scope): CheckResult {
  const rules = rulesOf(definition);
  const failures = Object.entries(request.inputs).flatMap(([property, value]) =>
    unknownPaths(property, value, rules[property]).map((path) => ({
      property: path,
      reason: `the sandbox does not know the property '${path}' of ${definition.type}`,
    })),
  );
  if (failures.length > 0) return { inputs: request.inputs, failures };

  const inputs = normalized(rules, request.inputs);
  const invalid = invalidProperties(rules, inputs);
  const defaults: string[] = [];
  const fill = (property: string, value: unknown) => {
    if (property in inputs || value === undefined) return;
    inputs[property] = value;
    defaults.push(property);
  };
  for (const [property, rule] of Object.entries(rules)) {
    fill(property, typeof rule.default === "function" ? rule.default(inputs) : rule.default);
  }
  if (definition.name) fill(definition.name.property, autoname(definition.name, request));
  if (!definition.global) fill("region", scope.region);
  if (definition.tagging) inputs.tagsAll = mergedTags(scope.defaultTags, inputs.tags);
  inputs[DEFAULTS] = defaults;

  const reason = definition.validate?.(inputs);
  return { inputs, failures: reason ? [...invalid, { property: "", reason }] : invalid };
}

/** The property, or members of its blocks, if the entry does not declare them. */
function unknownPaths(path: string, value: unknown, rule: PropertyRule | undefined): string[] {
  if (!rule || rule.outputOnly) return [path];
  const members: readonly string[] | undefined = rule.members;
  if (!members) return [];
  if (Array.isArray(value)) {
    return value.flatMap((block, index) => unknownPaths(`${path}[${index}]`, block, rule));
  }
  const keys = isObject(value) ? Object.keys(value) : [];
  return keys.filter((key) => !members.includes(key)).map((key) => `${path}.${key}`);
}

function normalized(rules: Readonly<Record<string, PropertyRule>>, inputs: Properties): Properties {
  const entries = Object.entries(inputs).map(([property, value]) => {
    const normalize = rules[property]?.normalize;
    if (!normalize) return [property, value];
    return [property, containsUnknown(value) ? UNKNOWN : normalize(value)];
  });
  return Object.fromEntries(entries);
}

function invalidProperties(rules: Readonly<Record<string, PropertyRule>>, inputs: Properties) {
  return Object.entries(inputs).flatMap(([property, value]) => {
    const reason = containsUnknown(value) ? undefined : rules[property]?.validate?.(value);
    return reason ? [{ property, reason }] : [];
  });
}

/**
 * The old name if the provider chose it, otherwise the logical name and seven random hexadecimal digits.
 * https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
function autoname(naming: Autonaming<Properties>, request: CheckRequest): string {
  const { property, maxLength, separator = "-", transform = (name) => name } = naming;
  const old = request.oldInputs;
  const chosen = Array.isArray(old[DEFAULTS]) && old[DEFAULTS].includes(property);
  if (chosen && typeof old[property] === "string") return old[property];
  const seed = createHash("sha256").update(request.randomSeed).update(request.urn);
  if (request.randomSeed.length === 0) seed.update(`${process.hrtime.bigint()}`);
  const name = `${transform(request.name)}${separator}${seed.digest("hex").slice(0, 7)}`;
  if (name.length <= maxLength) return name;
  throw new Error(
    `the name '${request.name}' with ${separator.length + 7} added characters is longer than ` +
      `the ${maxLength} that '${property}' of ${request.type} may have: set '${property}'`,
  );
}

/** The provider's default tags, overridden by the resource's own. */
function mergedTags(defaultTags: Tags | undefined, tags: unknown): unknown {
  if (containsUnknown(tags) && !isObject(tags)) return UNKNOWN;
  return { ...defaultTags, ...(isObject(tags) ? tags : {}) };
}
