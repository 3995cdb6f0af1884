/** Implements Check: refuses unknown properties, and fills in defaults, the name, the region and all tags. */
import { createHash } from "node:crypto";
import { filledBlocks } from "./blocks";
import { filled, withoutDefaults } from "./defaults";
import type { AnyShape, Autonaming, PropertyRule, Tags } from "./definition";
import { type CheckRequest, type CheckResult, type Properties, UNKNOWN } from "./provider";
import { containsUnknown } from "./values";
import { isObject } from "./wire";

/** The provider's configuration for regional and for tagged types. */
export interface Scope {
  readonly region?: string | undefined;
  readonly defaultTags?: Tags | undefined;
}

type Rules = Readonly<Record<string, PropertyRule>>;

/** The rules of all inputs, including those that the framework adds. */
export function rulesOf(definition: AnyShape): Rules {
  return {
    ...definition.properties,
    // https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/: a changed region replaces.
    ...(definition.global ? {} : { region: { replace: true } }),
    ...(definition.tagging ? { tags: {}, tagsAll: {} } : {}),
  };
}

export function check(definition: AnyShape, request: CheckRequest, scope: Scope): CheckResult {
  const rules = rulesOf(definition);
  // `ignoreChanges` copies old inputs, with their lists of defaults.
  const program = withoutDefaults(request.inputs);
  const failures = Object.entries(program).flatMap(([property, value]) =>
    unknownPaths(property, value, rules[property]).map((path) => ({
      property: path,
      reason: `the sandbox does not know the property '${path}' of ${definition.type}`,
    })),
  );
  if (failures.length > 0) return { inputs: request.inputs, failures };

  const inputs = completed(definition, { ...request, inputs: normalized(rules, program) }, scope);
  const values = withoutDefaults(inputs);
  const invalid = invalidProperties(rules, values);
  const reason = definition.validate?.(values);
  return { inputs, failures: reason ? [...invalid, { property: "", reason }] : invalid };
}

/** The program's inputs with everything that Check adds. */
function completed(definition: AnyShape, request: CheckRequest, scope: Scope): Properties {
  const region = definition.global ? undefined : scope.region;
  if (definition.pluginFramework) return { ...(region ? { region } : {}), ...request.inputs };
  const { inputs, oldInputs } = request;
  const rules = rulesOf(definition);
  const blocks = Object.entries(inputs).map(([property, value]) => {
    const form = rules[property]?.block;
    return [property, form ? filledBlocks(form, value, oldInputs[property]) : value];
  });
  const defaults = {
    ...Object.fromEntries(
      Object.entries(rules).map(([property, rule]) => [property, rule.default]),
    ),
    ...autoname(definition.name, request),
    region,
  };
  return {
    ...filled(Object.fromEntries(blocks), defaults, oldInputs),
    ...(definition.tagging ? { tagsAll: mergedTags(scope.defaultTags, inputs.tags) } : {}),
  };
}

/** The property, or members of its blocks, if the entry does not declare them. */
function unknownPaths(path: string, value: unknown, rule: PropertyRule | undefined): string[] {
  if (!rule || rule.outputOnly) return [path];
  const members: readonly string[] | undefined = rule.block?.members;
  if (!members) return [];
  if (Array.isArray(value)) {
    return value.flatMap((block, index) => unknownPaths(`${path}[${index}]`, block, rule));
  }
  const keys = isObject(value) ? Object.keys(value) : [];
  return keys.filter((key) => !members.includes(key)).map((key) => `${path}.${key}`);
}

function normalized(rules: Rules, inputs: Properties): Properties {
  const entries = Object.entries(inputs).map(([property, value]) => {
    const normalize = rules[property]?.normalize;
    if (!normalize) return [property, value];
    return [property, containsUnknown(value) ? UNKNOWN : normalize(value)];
  });
  return Object.fromEntries(entries);
}

function invalidProperties(rules: Rules, inputs: Properties) {
  return Object.entries(inputs).flatMap(([property, value]) => {
    const reason = containsUnknown(value) ? undefined : rules[property]?.validate?.(value);
    return reason ? [{ property, reason }] : [];
  });
}

/**
 * The logical name and seven random hexadecimal digits, if the program gives no name.
 * https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
function autoname(naming: Autonaming<Properties> | undefined, request: CheckRequest): Properties {
  if (!naming || naming.property in request.inputs) return {};
  const { property, maxLength = 255, separator = "-", transform = (name) => name } = naming;
  const seed = createHash("sha256").update(request.randomSeed).update(request.urn);
  if (request.randomSeed.length === 0) seed.update(`${process.hrtime.bigint()}`);
  const name = `${transform(request.name)}${separator}${seed.digest("hex").slice(0, 7)}`;
  if (name.length <= maxLength) return { [property]: name };
  throw new Error(
    `the name '${request.name}' with ${separator.length + 7} added characters is longer than ` +
      `the ${maxLength} that '${property}' of ${request.type} may have: set '${property}'`,
  );
}

/** The provider's default tags, overridden by the resource's own. */
export function mergedTags(defaultTags: Tags | undefined, tags: unknown): unknown {
  if (containsUnknown(tags) && !isObject(tags)) return UNKNOWN;
  return { ...defaultTags, ...(isObject(tags) ? tags : {}) };
}
