/**
 * Places subnets by awsx's strategy "Auto", which "divides the VPC space evenly between the availability zones. Within
 * each availability zone it allocates each subnet in the order they were specified. If a CIDR mask or size was not
 * specified it will default to an even division of the availability zone range. If subnets have different sizes, spaces
 * will be automatically added to ensure subnets don't overlap".
 * https://www.pulumi.com/registry/packages/awsx/api-docs/ec2/vpc/#auto
 */
export type SubnetType = "Public" | "Private" | "Isolated";

export interface SubnetSpec {
  readonly type: SubnetType;
  readonly name?: string | undefined;
  readonly cidrMask?: number | undefined;
}

export interface Layout<Spec> {
  readonly name: string;
  readonly zone: string;
  readonly cidrBlock: string;
  readonly spec: Spec;
}

interface Range {
  readonly start: number;
  readonly mask: number;
}

/**
 * The subnets zone by zone, in the order of the specs. `zoneMask` is awsx's `availabilityZoneCidrMask`: "the
 * netmask for each available zone to be aligned to".
 */
export function layOut<Spec extends SubnetSpec>(
  vpcName: string,
  cidrBlock: string,
  zones: readonly string[],
  specs: readonly Spec[],
  zoneMask = zoneMaskOf(cidrBlock, zones),
): Layout<Spec>[] {
  const vpc = parse(cidrBlock);
  const masks = masksOf(zoneMask, specs);
  const layout = zones.flatMap((zone, index) => {
    const ranges = inOrder(vpc.start + index * sizeOf(zoneMask), masks);
    return ranges.map((range, specIndex) => {
      const spec = specs[specIndex] as Spec;
      const name = `${vpcName}-${spec.name ?? spec.type.toLowerCase()}-${index + 1}`;
      return { name, zone, spec, cidrBlock: format(range) };
    });
  });
  refuseOverlaps(layout);
  return layout;
}

/** Without specs: half of each zone's range (or of its first /16) for a private subnet, a quarter for a public one. */
export function defaultSpecs(
  cidrBlock: string,
  zones: readonly string[],
  zoneMask = zoneMaskOf(cidrBlock, zones),
): SubnetSpec[] {
  if (zoneMask > 26) {
    throw new Error(
      `Automatic subnet creation requires a VPC with at least /26 available per AZ, but only /${zoneMask} is available.`,
    );
  }
  const mask = Math.max(zoneMask, 16);
  return [
    { type: "Private", cidrMask: mask + 1 },
    { type: "Public", cidrMask: mask + 2 },
  ];
}

function zoneMaskOf(cidrBlock: string, zones: readonly string[]): number {
  return parse(cidrBlock).mask + bitsFor(zones.length);
}

function masksOf(zoneMask: number, specs: readonly SubnetSpec[]): number[] {
  if (specs.length === 0) throw new Error("No subnets specified");
  const even = zoneMask + bitsFor(specs.length);
  const masks = specs.map(({ cidrMask }) => cidrMask ?? even);
  const needed = masks.reduce((sum, mask) => sum + sizeOf(mask), 0);
  const available = sizeOf(zoneMask);
  if (needed <= available) return masks;
  throw new Error(
    `Subnets are too large for VPC. VPC has ${available} addresses, but subnets require ${needed} addresses.`,
  );
}

/** Each range starts at the first boundary of its own size after the previous one. */
function inOrder(start: number, masks: readonly number[]): Range[] {
  let next = start;
  return masks.map((mask, index) => {
    const size = sizeOf(mask);
    const boundary = index === 0 ? Math.floor(next / size) : Math.ceil(next / size);
    const range = { start: boundary * size, mask };
    next = range.start + size;
    return range;
  });
}

function refuseOverlaps(layout: readonly Layout<unknown>[]): void {
  const ranges = layout.map(({ name, cidrBlock }) => ({ name, cidrBlock, ...parse(cidrBlock) }));
  const overlaps = (a: Range, b: Range) =>
    a !== b && a.start < b.start + sizeOf(b.mask) && b.start < a.start + sizeOf(a.mask);
  const overlapping = ranges.filter((a) => ranges.some((b) => overlaps(a, b)));
  if (overlapping.length === 0) return;
  const list = overlapping.map((it, index) => `${index + 1}. ${it.name}: ${it.cidrBlock}`);
  throw new Error(
    `The following subnets overlap with at least one other subnet. Make the CIDR for the VPC larger, reduce the size of the subnets per AZ, or use less Availability Zones:\n\n${list.join("\n")}`,
  );
}

/** The number of bits that can number `count` items. */
function bitsFor(count: number): number {
  return count === 0 ? 0 : Math.ceil(Math.log2(count));
}

function sizeOf(mask: number): number {
  return 2 ** (32 - mask);
}

function parse(cidrBlock: string): Range {
  const [address = "", length] = cidrBlock.split("/");
  const octets = address.split(".").map(Number);
  const mask = Number(length);
  const valid = octets.length === 4 && octets.every((it) => it >= 0 && it <= 255) && mask <= 32;
  if (!valid) throw new Error(`'${cidrBlock}' is not an IPv4 CIDR block`);
  const start = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { start: start - (start % sizeOf(mask)), mask };
}

function format({ start, mask }: Range): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${octets.join(".")}/${mask}`;
}
