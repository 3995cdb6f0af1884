import assert from "node:assert/strict";
import { mendPending } from "../../sandbox/pending";

const ACCOUNT = "100000000001";

function state(type: string, inputs: Record<string, unknown>, name = "it") {
  return { urn: `urn:pulumi:dev::slipway::${type}::${name}`, type, inputs };
}

const cluster = state("aws:ecs/cluster:Cluster", {});
const parameter = state("aws:ssm/parameter:Parameter", { name: "/slipway/image" });
const provider = state("aws:iam/openIdConnectProvider:OpenIdConnectProvider", {
  url: "https://token.actions.githubusercontent.com",
});

interface Pending {
  readonly resource: ReturnType<typeof state>;
  readonly type: string;
}

function mend(pending: readonly Pending[], resources = [cluster]) {
  return mendPending({ deployment: { resources, pending_operations: pending } }, ACCOUNT);
}

describe("mendPending", () => {
  it("leaves a state alone that has nothing pending", () => {
    assert.equal(mend([]), undefined);
  });

  it("takes what was being created and has a known id as if it were there", () => {
    const mended = mend([
      { resource: parameter, type: "creating" },
      { resource: provider, type: "creating" },
    ]);
    const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
    const { resources, ...rest } = mended?.deployment ?? {};
    assert.deepEqual(rest, {});
    assert.deepEqual(resources, [
      cluster,
      { ...parameter, id: "/slipway/image", outputs: parameter.inputs },
      { ...provider, id: arn, outputs: provider.inputs },
    ]);
  });

  it("drops the rest: other ids, other operations, and replacements of what is there", () => {
    const vpc = state("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    const pending = [
      { resource: vpc, type: "creating" },
      { resource: cluster, type: "updating" },
      { resource: parameter, type: "creating" },
    ];
    assert.deepEqual(mend(pending, [cluster, parameter])?.deployment, {
      resources: [cluster, parameter],
    });
  });
});
