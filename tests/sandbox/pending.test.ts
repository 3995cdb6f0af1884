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
  it("does not change a state without pending operations", () => {
    assert.equal(resolvePending({ deployment: { resources: [vpc] } }, made), undefined);
  });

  it("adds a created object to the state", () => {
    const adopted = { ...subnet, id: "subnet-1", outputs: subnet.inputs };
    assert.deepEqual(resolve(subnet, "creating"), [vpc, adopted]);
  });

  it("adds the newest of several created objects", () => {
    const again = [...made, { urn: subnet.urn, id: "subnet-2" }];
    const deployment = { pending_operations: [{ resource: subnet, type: "creating" }] };
    const [adopted] = resolvePending({ deployment }, again)?.deployment.resources ?? [];
    assert.equal(adopted?.id, "subnet-2");
  });

  it("marks a replacement for deletion while the old object exists", () => {
    const before = state("aws:ec2/subnet:Subnet", "public-1", "subnet-0");
    const adopted = { ...subnet, id: "subnet-1", outputs: subnet.inputs, delete: true };
    assert.deepEqual(resolve(subnet, "creating", [before]), [before, adopted]);
  });

  it("drops objects that were not created, known ones, and those that were only being changed", () => {
    const known = state("aws:ec2/subnet:Subnet", "public-1", "subnet-1");
    assert.deepEqual(resolve(state("aws:ec2/subnet:Subnet", "public-2"), "creating"), [vpc]);
    assert.deepEqual(resolve(subnet, "creating", [known]), [known]);
    assert.deepEqual(resolve(subnet, "updating"), [vpc]);
  });
});
