import assert from "node:assert/strict";
import { resolvePending } from "../../sandbox/recovery/pending";

function state(type: string, name: string, id?: string) {
  const inputs = { name };
  return { urn: `urn:pulumi:dev::slipway::${type}::${name}`, inputs, ...(id && { id }) };
}

const vpc = state("aws:ec2/vpc:Vpc", "shared", "vpc-1");
const subnet = state("aws:ec2/subnet:Subnet", "public-1");
const made = [{ urn: subnet.urn, id: "subnet-1" }];

function resolve(resource: ReturnType<typeof state>, type: string, resources = [vpc]) {
  const pending_operations = [{ resource, type }];
  const resolved = resolvePending({ deployment: { resources, pending_operations } }, made);
  return resolved?.deployment.resources;
}

describe("resolvePending", () => {
  it("leaves a state alone that has nothing pending", () => {
    assert.equal(resolvePending({ deployment: { resources: [vpc] } }, made), undefined);
  });

  it("takes in what was made", () => {
    const adopted = { ...subnet, id: "subnet-1", outputs: subnet.inputs };
    assert.deepEqual(resolve(subnet, "creating"), [vpc, adopted]);
  });

  it("takes in the newest of several that were made", () => {
    const again = [...made, { urn: subnet.urn, id: "subnet-2" }];
    const deployment = { pending_operations: [{ resource: subnet, type: "creating" }] };
    const [adopted] = resolvePending({ deployment }, again)?.deployment.resources ?? [];
    assert.equal(adopted?.id, "subnet-2");
  });

  it("has a replacement deleted while its predecessor is there", () => {
    const before = state("aws:ec2/subnet:Subnet", "public-1", "subnet-0");
    const adopted = { ...subnet, id: "subnet-1", outputs: subnet.inputs, delete: true };
    assert.deepEqual(resolve(subnet, "creating", [before]), [before, adopted]);
  });

  it("drops what was not made, what is known, and what was only being changed", () => {
    const known = state("aws:ec2/subnet:Subnet", "public-1", "subnet-1");
    assert.deepEqual(resolve(state("aws:ec2/subnet:Subnet", "public-2"), "creating"), [vpc]);
    assert.deepEqual(resolve(subnet, "creating", [known]), [known]);
    assert.deepEqual(resolve(subnet, "updating"), [vpc]);
  });
});
