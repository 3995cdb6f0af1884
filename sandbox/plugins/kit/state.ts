/** Computes an object's outputs for the engine, and the inputs that would create it as it is. */
import { fromAws } from "./casing";
import { rulesOf, type Scope } from "./check";
import { DEFAULTS, defaultsIn, withoutDefaults } from "./defaults";
import type { AnyShape, Remote, Tags } from "./definition";
import { sameMeaning } from "./diff";
import { type Properties, UNKNOWN } from "./provider";
import { fromTags } from "./tags";
import { isEmpty, sameValue } from "./values";
import { isObject } from "./wire";

/** A remote object whose properties are complete. */
export interface Known {
  readonly id?: string | undefined;
  readonly properties: Properties;
  readonly tags?: Tags;
}

/** All declared properties of an object: those that its entry returns, and the others from the service's answer. */
export function complete(definition: AnyShape, remote: Remote<Properties>): Known {
  const { id, found = {}, properties: given = {} } = remote;
  const answer = fromAws(found);
  const properties: Properties = {};
  const fill = (name: string, absent: unknown) => {
    const value = name in given ? given[name] : answer[name];
    properties[name] = value ?? absent;
  };
  for (const [name, rule] of Object.entries(definition.properties)) {
    if (!rule.local) fill(name, rule.absent ?? plain(rule.default));
  }
  for (const [name, rule] of Object.entries(definition.outputs)) {
    fill(name, typeof rule === "object" && "absent" in rule ? rule.absent : undefined);
  }
  if (!definition.tagging) return { id, properties };
  // Nobody can manage AWS's own tags.
  const tags = Object.entries(remote.tags ?? fromTags(found)).filter(
    ([key]) => !key.startsWith("aws:"),
  );
  return { id, properties, tags: Object.fromEntries(tags) };
}

function plain(value: unknown): unknown {
  return typeof value === "function" ? undefined : value;
}

/** The outputs of a known object. A value that means the same as the input keeps the input's form. */
export function outputsOf(definition: AnyShape, remote: Known, inputs: Properties): Properties {
  const outputs: Properties = { ...remote.properties };
  for (const [property, rule] of Object.entries(rulesOf(definition))) {
    const [input, value] = [inputs[property], remote.properties[property]];
    if (rule.local || property === "region" || property === "tags") outputs[property] = input;
    else if (input !== undefined && !rule.asRead && sameMeaning(rule, value, input, inputs)) {
      outputs[property] = input;
    }
  }
  if (definition.tagging) {
    outputs.tags = ownTags(inputs, remote);
    outputs.tagsAll = remote.tags ?? {};
  }
  return outputs;
}

/** The outputs in a preview: the inputs, and unknown for values that only the service knows. */
export function previewOutputs(
  definition: AnyShape,
  inputs: Properties,
  update?: { readonly outputs: Properties; readonly changed: readonly string[] },
): Properties {
  const outputs: Properties = { ...update?.outputs, ...withoutDefaults(inputs) };
  for (const [output, rule] of Object.entries(definition.outputs)) {
    const changes =
      typeof rule === "object" && "when" in rule
        ? rule.when.some((input) => update?.changed.includes(input))
        : rule === "volatile";
    if (!update || changes) outputs[output] = UNKNOWN;
  }
  for (const [property, rule] of Object.entries(definition.properties)) {
    if (rule.computed && !update && !(property in inputs)) outputs[property] = UNKNOWN;
    else if (!rule.computed && !(property in inputs)) delete outputs[property];
  }
  return outputs;
}

/**
 * The inputs after a read. A given input takes the service's value. An input that was never given stays unset while the service has the value of the
 * last update; if somebody else set it, it becomes an input, so that the next diff removes it.
 */
export function inputsOf(
  definition: AnyShape,
  scope: Scope,
  remote: Known,
  oldInputs: Properties,
  oldOutputs: Properties,
): Properties {
  const imported = Object.keys(oldInputs).length === 0;
  const given = withoutDefaults(oldInputs);
  const inputs: Properties = {};
  for (const [property, rule] of Object.entries(definition.properties)) {
    const [old, value] = [given[property], remote.properties[property]];
    if (rule.outputOnly) continue;
    if (rule.local) {
      const own = imported ? rule.default : old;
      if (own !== undefined && !(imported && isEmpty(own))) inputs[property] = own;
    } else if (old !== undefined) {
      const kept = !rule.asRead && sameMeaning(rule, value, old, given);
      inputs[property] = kept ? oldInputs[property] : value;
    } else if (imported || (!rule.computed && !sameValue(oldOutputs[property], value))) {
      if (!isEmpty(value)) inputs[property] = value;
    }
  }
  if (!definition.global) inputs.region = oldInputs.region ?? scope.region;
  if (definition.tagging) {
    const tags = ownTags(oldInputs, remote, scope);
    if (!isEmpty(tags) || oldInputs.tags !== undefined) inputs.tags = tags ?? {};
  }
  if (definition.pluginFramework) return inputs;
  if (definition.tagging) inputs.tagsAll = remote.tags ?? {};
  // A default that somebody else changed is no longer a default: `extractInputsObject` in the bridge's schema.go.
  inputs[DEFAULTS] = defaultsIn(oldInputs).filter((name) =>
    sameValue(oldInputs[name], inputs[name]),
  );
  return inputs;
}

/** The object's tags without those that come from the provider's default tags. */
function ownTags(inputs: Properties, remote: Known, scope?: Scope): unknown {
  const own = isObject(inputs.tags) ? inputs.tags : {};
  const inherited = scope?.defaultTags ?? (isObject(inputs.tagsAll) ? inputs.tagsAll : {});
  const tags = Object.entries(remote.tags ?? {}).filter(
    ([key, value]) => key in own || inherited[key] !== value,
  );
  return tags.length === 0 && inputs.tags === undefined ? undefined : Object.fromEntries(tags);
}
