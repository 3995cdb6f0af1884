/** The arguments of `awsx.ec2.Vpc` that the sandbox's component knows. */
import type * as awsx from "@pulumi/awsx/ec2";
import type { Inputs } from "@pulumi/pulumi";
import { isObject } from "../kit/wire";
import type { SubnetSpec } from "./subnets";

type Spec = NonNullable<awsx.VpcArgs["subnetSpecs"]>[number];

export interface VpcArgs
  extends Pick<awsx.VpcArgs, Exclude<(typeof known)[number], "subnetSpecs">> {
  readonly subnetSpecs?: readonly (SubnetSpec & Pick<Spec, "tags">)[];
}

const known = [
  "availabilityZoneCidrMask",
  "availabilityZoneNames",
  "cidrBlock",
  "enableDnsHostnames",
  "enableDnsSupport",
  "natGateways",
  "numberOfAvailabilityZones",
  "subnetSpecs",
  "subnetStrategy",
  "tags",
] as const satisfies readonly (keyof awsx.VpcArgs)[];

const knownOfSpec: readonly (keyof Spec)[] = ["cidrMask", "name", "tags", "type"];
const types: readonly unknown[] = ["Public", "Private", "Isolated"];
const strategies: readonly unknown[] = ["None", "Single", "OnePerAz"];

/** Refuses, by name, each argument that the real component has and this one does not. */
export function checkArgs(inputs: Inputs): VpcArgs {
  refuseOthers(inputs, known, "");
  const args = inputs as VpcArgs;
  const { availabilityZoneNames, natGateways, numberOfAvailabilityZones, subnetSpecs } = args;
  if (availabilityZoneNames && numberOfAvailabilityZones) {
    throw new Error(
      "Only one of [availabilityZoneNames] and [numberOfAvailabilityZones] can be specified",
    );
  }
  refuseOthers(natGateways, ["strategy"], "natGateways.");
  if (natGateways && !strategies.includes(natGateways.strategy)) {
    throw new Error(`Unknown NatGatewayStrategy '${natGateways.strategy}'`);
  }
  subnetSpecs?.forEach((spec, index) => {
    refuseOthers(spec, knownOfSpec, `subnetSpecs[${index}].`);
    if (!types.includes(spec.type))
      refuse(`the value '${spec.type}' of subnetSpecs[${index}].type`);
  });
  // The real component's default is "Legacy", another layout.
  if (args.subnetStrategy !== "Auto") {
    refuse(`the subnetStrategy '${args.subnetStrategy ?? "Legacy"}' (only 'Auto')`);
  }
  return args;
}

function refuseOthers(value: unknown, names: readonly string[], path: string): void {
  for (const [name, member] of Object.entries(isObject(value) ? value : {})) {
    if (member !== undefined && !names.includes(name)) refuse(`the argument '${path}${name}'`);
  }
}

function refuse(what: string): never {
  throw new Error(`the sandbox's awsx plugin does not know ${what} of awsx:ec2:Vpc`);
}
