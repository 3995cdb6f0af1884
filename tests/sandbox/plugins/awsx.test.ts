import assert from "node:assert/strict";
import fc from "fast-check";
import { checkArgs } from "../../../sandbox/plugins/awsx/args";
import { defaultSpecs, layOut, type SubnetSpec } from "../../../sandbox/plugins/awsx/subnets";

const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
const both: SubnetSpec[] = [{ type: "Private" }, { type: "Public" }];

function ranges(cidrBlock: string, zoneCount: number, specs: readonly SubnetSpec[]) {
  const layout = layOut("dev", cidrBlock, zones.slice(0, zoneCount), specs);
  return layout.map((subnet) => `${subnet.name} ${subnet.cidrBlock}`);
}

describe("the awsx plugin", () => {
  describe("subnets", () => {
    it("divides the VPC by zones, and each zone by specs", () => {
      assert.deepEqual(ranges("10.0.0.0/16", 2, both), [
        "dev-private-1 10.0.0.0/18",
        "dev-public-1 10.0.64.0/18",
        "dev-private-2 10.0.128.0/18",
        "dev-public-2 10.0.192.0/18",
      ]);
      assert.deepEqual(ranges("10.0.0.0/16", 3, both), [
        "dev-private-1 10.0.0.0/19",
        "dev-public-1 10.0.32.0/19",
        "dev-private-2 10.0.64.0/19",
        "dev-public-2 10.0.96.0/19",
        "dev-private-3 10.0.128.0/19",
        "dev-public-3 10.0.160.0/19",
      ]);
    });

    it("gives a single subnet the whole range, and each of three a quarter", () => {
      assert.deepEqual(ranges("10.0.0.0/24", 1, [{ type: "Public" }]), [
        "dev-public-1 10.0.0.0/24",
      ]);
      assert.deepEqual(ranges("10.0.0.0/16", 1, [...both, { type: "Isolated" }]), [
        "dev-private-1 10.0.0.0/18",
        "dev-public-1 10.0.64.0/18",
        "dev-isolated-1 10.0.128.0/18",
      ]);
    });

    it("leaves a gap before a subnet that is larger than the previous one", () => {
      const specs: SubnetSpec[] = [
        { type: "Public", cidrMask: 26, name: "edge" },
        { type: "Private", cidrMask: 24 },
        { type: "Isolated", cidrMask: 25 },
      ];
      assert.deepEqual(ranges("10.8.0.0/20", 2, specs), [
        "dev-edge-1 10.8.0.0/26",
        "dev-private-1 10.8.1.0/24",
        "dev-isolated-1 10.8.2.0/25",
        "dev-edge-2 10.8.8.0/26",
        "dev-private-2 10.8.9.0/24",
        "dev-isolated-2 10.8.10.0/25",
      ]);
    });

    it("aligns zones to a given size, so that one more moves none", () => {
      const of = (count: number) =>
        layOut("v", "10.0.0.0/16", zones.slice(0, count), both, 19).map((it) => it.cidrBlock);
      assert.deepEqual(of(1), ["10.0.0.0/20", "10.0.16.0/20"]);
      assert.deepEqual(of(3).slice(0, 4), of(2));
    });

    it("knows awsx's default subnets", () => {
      const masks = (cidrBlock: string) =>
        defaultSpecs(cidrBlock, zones.slice(0, 1)).map(({ type, cidrMask }) => [type, cidrMask]);
      for (const mask of [16, 17, 20, 24, 26]) {
        assert.deepEqual(masks(`10.0.0.0/${mask}`), [
          ["Private", mask + 1],
          ["Public", mask + 2],
        ]);
      }
      assert.deepEqual(masks("10.0.0.0/12"), masks("10.0.0.0/16"));
      assert.throws(() => masks("10.0.0.0/27"), /at least \/26 available per AZ/);
    });

    it("refuses what does not fit", () => {
      assert.throws(
        () => ranges("10.0.0.0/24", 1, [{ type: "Public", cidrMask: 23 }]),
        /VPC has 256 addresses, but subnets require 512 addresses/,
      );
      const specs: SubnetSpec[] = [18, 17, 18].map((cidrMask) => ({ type: "Public", cidrMask }));
      assert.throws(
        () => ranges("10.0.0.0/15", 2, specs),
        /subnets overlap .*\n\n1\. dev-public-1/s,
      );
      assert.throws(() => ranges("10.0.0.0/16", 1, []), /No subnets specified/);
    });

    it("never overlaps, and stays in the VPC", () => {
      const spec = fc.record({
        type: fc.constantFrom<SubnetSpec["type"]>("Public", "Private", "Isolated"),
      });
      const inputs = [
        fc.integer({ min: 16, max: 22 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(spec, { minLength: 1, maxLength: 5 }),
      ] as const;
      fc.assert(
        fc.property(...inputs, (mask, zoneCount, specs) => {
          const layout = layOut("v", `10.0.0.0/${mask}`, zones.slice(0, zoneCount), specs);
          const spans = layout.map(({ cidrBlock }) => span(cidrBlock)).sort(([a], [b]) => a - b);
          const ends = [span("10.0.0.0/32")[0], ...spans.map(([, end]) => end)];
          const apart = spans.every(([start], index) => start >= (ends[index] ?? Number.NaN));
          assert(apart, `two of ${JSON.stringify(layout)} overlap`);
          const inside = (ends.at(-1) ?? Number.NaN) <= span(`10.0.0.0/${mask}`)[1];
          assert(inside, `one of ${JSON.stringify(layout)} is outside 10.0.0.0/${mask}`);
        }),
      );
    });
  });

  describe("arguments", () => {
    const refused: [object, RegExp][] = [
      [
        { instanceTenancy: "default" },
        /does not know the argument 'instanceTenancy' of awsx:ec2:Vpc/,
      ],
      [
        { natGateways: { strategy: "Single", elasticIpAllocationIds: [] } },
        /natGateways\.elasticIp/,
      ],
      [{ natGateways: { strategy: "Two" } }, /Unknown NatGatewayStrategy 'Two'/],
      [{ subnetSpecs: [{ type: "Public", size: 256 }] }, /'subnetSpecs\[0\]\.size'/],
      [{ subnetSpecs: [{ type: "Unused" }] }, /the value 'Unused' of subnetSpecs\[0\]\.type/],
      [{ subnetStrategy: "Exact" }, /the subnetStrategy 'Exact'/],
      [{ subnetStrategy: undefined }, /the subnetStrategy 'Legacy'/],
      [{ availabilityZoneNames: ["a"], numberOfAvailabilityZones: 1 }, /Only one of/],
    ];

    it("are refused by name if they are unknown", () => {
      for (const [args, message] of refused) {
        assert.throws(() => checkArgs({ subnetStrategy: "Auto", ...args }), message);
      }
    });

    it("are accepted if they are known", () => {
      const args = {
        cidrBlock: "10.0.0.0/16",
        enableDnsHostnames: true,
        natGateways: { strategy: "OnePerAz" },
        subnetSpecs: [{ type: "Private", cidrMask: 24, name: "app", tags: { a: "1" } }],
        subnetStrategy: "Auto",
        tags: { a: "1" },
      };
      assert.deepEqual(checkArgs(args), args);
    });
  });
});

/** The first address, and the one after the last. */
function span(cidrBlock: string): [number, number] {
  const [address = "", mask] = cidrBlock.split("/");
  const start = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return [start, start + 2 ** (32 - Number(mask))];
}
