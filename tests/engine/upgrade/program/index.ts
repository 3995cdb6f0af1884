/**
 * Creates the resources of the recorded state: the same URNs, and the same inputs with the references between them. Afterwards the stack
 * has the state that the previous version left, and AWS and GitHub have its objects.
 */
import * as pulumi from "@pulumi/pulumi";
import { References } from "../references";
import { recordedState, type StateResource } from "../state";

/** Both classes are abstract in the SDK. */
class Recorded extends pulumi.CustomResource {}
class Provider extends pulumi.ProviderResource {}

const references = new References();
const created = new Map<string, pulumi.Resource>();
/** The versions of the default providers. */
const versions = new Map<string, string>();

const state = recordedState();
const zoneId = state.find(({ type }) => type === "aws:route53/record:Record")?.inputs?.zoneId;
references.addExisting(String(zoneId), zoneOf("example.com"));

for (const recorded of state) {
  const { type, urn, inputs } = recorded;
  if (/^pulumi:providers:\w+$/.test(type) && nameOf(urn).startsWith("default")) {
    versions.set(urn, String(inputs?.version));
  } else if (type !== "pulumi:pulumi:Stack") {
    created.set(urn, create(recorded));
  }
}

function create(recorded: StateResource): pulumi.Resource {
  const { type, urn } = recorded;
  const name = nameOf(urn);
  const parent = created.get(recorded.parent ?? "");
  if (!recorded.custom) {
    return new pulumi.ComponentResource(type, name, {}, { parent });
  }
  const declared = references.declared(recorded.inputs);
  if (type.startsWith("pulumi:providers:")) {
    const { version, __internal: _, ...settings } = declared;
    return new Provider(type.split(":")[2] ?? "", name, settings, {
      parent,
      version: String(version),
    });
  }
  // The SDK gives a resource those outputs that its arguments name.
  const outputs = Object.keys(recorded.outputs ?? {}).map((key) => [key, undefined]);
  const inputs = { ...Object.fromEntries(outputs), ...declared };
  const resource = new Recorded(type, name, inputs, { parent, ...optionsOf(recorded) });
  references.add(recorded, resource, declared);
  return resource;
}

function optionsOf(recorded: StateResource): pulumi.CustomResourceOptions {
  const { ignoreChanges, replaceOnChanges, additionalSecretOutputs } = recorded;
  const reference = recorded.provider ?? "";
  const urn = reference.slice(0, reference.lastIndexOf("::"));
  const timeouts = Object.entries(recorded.customTimeouts ?? {});
  return {
    ...(versions.has(urn)
      ? { version: versions.get(urn) }
      : { provider: created.get(urn) as Provider }),
    dependsOn: (recorded.dependencies ?? []).flatMap((one) => created.get(one) ?? []),
    protect: recorded.protect,
    ignoreChanges: [...(ignoreChanges ?? [])],
    replaceOnChanges: [...(replaceOnChanges ?? [])],
    additionalSecretOutputs: [...(additionalSecretOutputs ?? [])],
    customTimeouts: Object.fromEntries(timeouts.map(([key, seconds]) => [key, `${seconds}s`])),
  };
}

function zoneOf(name: string): pulumi.Output<string> {
  const zone = pulumi.runtime.invoke("aws:route53/getZone:getZone", { name });
  return pulumi.output(zone).apply(({ zoneId }) => String(zoneId));
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
