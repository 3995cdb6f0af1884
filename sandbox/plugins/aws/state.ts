/** What the engine is told of an object: its outputs, and the inputs that would make it as it is in AWS. */
import { type Properties, UNKNOWN } from "../kit/provider";
import { isObject } from "../kit/wire";
import { DEFAULTS, rulesOf } from "./check";
import type { AwsContext } from "./context";
import type { AnyResource, Remote } from "./definition";
import { sameMeaning } from "./diff";
import { isEmpty, sameValue } from "./values";

/** Outputs of a known object. A value that means what the inputs say keeps the inputs' form. */
export function outputsOf(
  definition: AnyResource,
  remote: Remote<Properties>,
  inputs: Properties,
): Properties {
  const outputs: Properties = { ...remote.properties };
  for (const [property, rule] of Object.entries(rulesOf(definition))) {
    const [input, value] = [inputs[property], remote.properties[property]];
    if (rule.local || property === "region" || property === "tags") outputs[property] = input;
    else if (input !== undefined && sameMeaning(rule, value, input, inputs)) {
      outputs[property] = input;
    }
  }
  if (definition.tagging) {
    outputs.tags = ownTags(inputs, remote);
    outputs.tagsAll = remote.tags ?? {};
  }
  return outputs;
}

/** Outputs in a preview: the inputs, and unknown where only AWS can tell. */
export function previewOutputs(
  definition: AnyResource,
  inputs: Properties,
  update?: { readonly outputs: Properties; readonly changed: readonly string[] },
): Properties {
  const { [DEFAULTS]: _, ...known } = inputs;
  const outputs: Properties = { ...update?.outputs, ...known };
  for (const [output, rule] of Object.entries(definition.outputs)) {
    const changes =
      typeof rule === "object"
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
 * Inputs read back. What was given follows AWS; what was never given stays unset as long as AWS has what it had at the
 * last update, and becomes an input, so that the next diff removes it, when somebody else set it.
 */
export function inputsOf(
  definition: AnyResource,
  aws: AwsContext,
  remote: Remote<Properties>,
  oldInputs: Properties,
  oldOutputs: Properties,
): Properties {
  const imported = Object.keys(oldInputs).length === 0;
  const inputs: Properties = { [DEFAULTS]: oldInputs[DEFAULTS] ?? [] };
  for (const [property, rule] of Object.entries(definition.properties)) {
    const [old, value] = [oldInputs[property], remote.properties[property]];
    if (rule.outputOnly) continue;
    if (rule.local) inputs[property] = imported ? rule.default : old;
    else if (old !== undefined) {
      inputs[property] = sameMeaning(rule, value, old, oldInputs) ? old : value;
    } else if (imported || (!rule.computed && !sameValue(oldOutputs[property], value))) {
      if (!isEmpty(value)) inputs[property] = value;
    }
  }
  if (!definition.global) inputs.region = oldInputs.region ?? aws.region;
  if (definition.tagging) {
    const tags = ownTags(oldInputs, remote, aws);
    if (!isEmpty(tags) || oldInputs.tags !== undefined) inputs.tags = tags ?? {};
    inputs.tagsAll = remote.tags ?? {};
  }
  return inputs;
}

/** The object's tags without those that come from the provider's default tags. */
function ownTags(inputs: Properties, remote: Remote<Properties>, aws?: AwsContext): unknown {
  const own = isObject(inputs.tags) ? inputs.tags : {};
  const inherited = aws?.defaultTags ?? (isObject(inputs.tagsAll) ? inputs.tagsAll : {});
  const tags = Object.entries(remote.tags ?? {}).filter(
    ([key, value]) => key in own || inherited[key] !== value,
  );
  return tags.length === 0 && inputs.tags === undefined ? undefined : Object.fromEntries(tags);
}
