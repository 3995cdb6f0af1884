import assert from "node:assert/strict";
import { AwsContext } from "../../../sandbox/plugins/aws/context";
import type { Service } from "../../../sandbox/plugins/aws/definition";
import { crc32 } from "../../../sandbox/plugins/aws/ec2/routes";
import { single } from "../../../sandbox/plugins/aws/not-found";
import { check } from "../../../sandbox/plugins/kit/check";
import { diff } from "../../../sandbox/plugins/kit/diff";
import type { Properties } from "../../../sandbox/plugins/kit/provider";
import { nowhere } from "./nowhere";

const aws = new AwsContext("eu-central-1", nowhere);

/** The changed paths by the entry of this type, and whether each forces a replacement. */
function changes(type: string, old: Properties, inputs: Properties): Properties {
  const module = /^aws:([^/]+)\//.exec(type)?.[1];
  const { resources = [] }: Service = require(`../../../sandbox/plugins/aws/${module}`);
  const definition = resources.find((candidate) => candidate.type === type);
  assert(definition, "there is no such entry");
  const request = { urn: `urn:pulumi:dev::p::${type}::x`, type, name: "x" };
  const randomSeed = new Uint8Array([1]);
  const checked = (given: Properties) => {
    const result = check(definition, { ...request, oldInputs: {}, inputs: given, randomSeed }, aws);
    assert.deepEqual(result.failures, []);
    return result.inputs;
  };
  const found = diff(definition, {
    ...request,
    id: "x",
    oldInputs: checked(old),
    oldOutputs: {},
    inputs: checked(inputs),
    ignoreChanges: [],
  });
  return Object.fromEntries(found.changes.map(({ path, replace }) => [path, replace]));
}

describe("the AWS plugin's networks and names", () => {
  it("hashes a route's destination as the provider does", () => {
    assert.equal(crc32("0.0.0.0/0"), 1080289494);
  });

  it("replaces a security group rule only for another group or kind of source", () => {
    const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    const rule = { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 80, toPort: 80 };
    const old = { ...rule, cidrIpv4: "0.0.0.0/0" };
    assert.deepEqual(changes(type, old, { ...old, ipProtocol: "6" }), {});
    assert.deepEqual(changes(type, old, { ...old, cidrIpv4: "10.0.0.0/8", toPort: 81 }), {
      cidrIpv4: false,
      toPort: false,
    });
    assert.deepEqual(changes(type, old, { ...rule, referencedSecurityGroupId: "sg-2" }), {
      cidrIpv4: true,
      referencedSecurityGroupId: true,
    });
  });

  it("replaces a subnet for its range, and makes its addresses public in place", () => {
    const old = { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24" };
    const inputs = { ...old, cidrBlock: "10.0.1.0/24", mapPublicIpOnLaunch: true };
    assert.deepEqual(changes("aws:ec2/subnet:Subnet", old, inputs), {
      cidrBlock: true,
      mapPublicIpOnLaunch: false,
    });
  });

  it("treats a certificate's names as a set that contains its domain", () => {
    const type = "aws:acm/certificate:Certificate";
    const old = { domainName: "a.org", validationMethod: "DNS" };
    const named = (...subjectAlternativeNames: string[]) => ({ ...old, subjectAlternativeNames });
    assert.deepEqual(changes(type, named("b.org", "c.org"), named("c.org", "a.org", "b.org")), {});
    assert.deepEqual(changes(type, old, named()), {});
    assert.deepEqual(changes(type, named("b.org"), named("c.org")), {
      subjectAlternativeNames: true,
    });
  });

  it("compares a record's name and target like DNS", () => {
    const type = "aws:route53/record:Record";
    const record = (name: string, target: string) => ({
      zoneId: "Z1",
      name,
      type: "A",
      aliases: [{ name: target, zoneId: "Z2", evaluateTargetHealth: true }],
    });
    const old = record("App.example.com.", "lb.aws.com");
    assert.deepEqual(changes(type, old, record("app.example.com", "dualstack.LB.aws.com.")), {});
    assert.deepEqual(changes(type, old, record("app.example.com", "other.aws.com")), {
      "aliases[0].name": false,
    });
  });

  it("updates a scaling target for other bounds, and replaces it for another service", () => {
    const old = {
      resourceId: "service/c/s",
      scalableDimension: "ecs:service:DesiredCount",
      serviceNamespace: "ecs",
      minCapacity: 1,
      maxCapacity: 2,
    };
    const inputs = { ...old, maxCapacity: 3, resourceId: "service/c/t" };
    assert.deepEqual(changes("aws:appautoscaling/target:Target", old, inputs), {
      maxCapacity: false,
      resourceId: true,
    });
  });

  it("finds one, or fails with the number of matches", () => {
    assert.equal(single("Route 53 Hosted Zone", ["a"]), "a");
    assert.throws(
      () => single("Route 53 Hosted Zone"),
      /^Error: no matching Route 53 Hosted Zone found$/,
    );
    assert.throws(() => single("EC2 VPC", [1, 2]), /multiple EC2 VPCs matched; use additional/);
  });
});
