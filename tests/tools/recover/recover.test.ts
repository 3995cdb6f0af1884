import assert from "node:assert/strict";
import { identify } from "../../../tools/recover/identity";
import type { Exported, ResourceState } from "../../../tools/recover/pending";
import { type People, type Pulumi, recover } from "../../../tools/recover/recover";

const urn = (type: string, name: string) => `urn:pulumi:dev::slipway::slipway:x:X$${type}::${name}`;
const state = (type: string, name: string, more: Partial<ResourceState> = {}): ResourceState => ({
  urn: urn(type, name),
  type,
  parent: urn("slipway:x:X", "x"),
  provider: "urn:pulumi:dev::slipway::pulumi:providers:aws::default::1",
  ...more,
});
const role = state("aws:iam/role:Role", "api", { inputs: { name: "api-1", __defaults: ["name"] } });
const eip = state("aws:ec2/eip:Eip", "nat", { inputs: { region: "eu-central-1" } });
const policy = state("aws:ecr/lifecyclePolicy:LifecyclePolicy", "api");

/** A Pulumi whose provider knows these ids. */
class FakePulumi implements Pulumi {
  readonly imports: object[] = [];
  constructor(
    public state: Exported,
    private readonly ids: readonly string[],
    private readonly failure = "resource 'x' does not exist",
  ) {}

  async exportState(): Promise<Exported> {
    return this.state;
  }

  /** As `pulumi stack import`: pending operations are dropped. */
  async importState({ deployment }: Exported): Promise<void> {
    this.state = { deployment: { resources: deployment.resources ?? [] } };
  }

  /** As `pulumi import`: it imports the objects that exist, also if others of the list do not. */
  async importObjects(file: object) {
    this.imports.push(file);
    const { resources } = file as { resources: { type: string; name: string; id: string }[] };
    const there = resources.filter(({ id }) => this.ids.includes(id));
    const imported = there.map(({ type, name, id }) => ({
      ...state(type, name, { id, protect: true, inputs: { name: id } }),
      outputs: { arn: "a" },
    }));
    const { deployment } = this.state;
    const all = [...(deployment.resources ?? []), ...imported];
    this.state = { deployment: { ...deployment, resources: all } };
    const ok = there.length === resources.length;
    return { ok, output: ok ? "" : this.failure };
  }
}

const pending = (...resources: ResourceState[]): Exported => ({
  deployment: {
    resources: [],
    pending_operations: [
      ...resources.map((resource) => ({ resource, type: "creating" })),
      { resource: state("aws:ec2/vpc:Vpc", "x"), type: "updating" },
    ],
  },
});

async function run(
  pulumi: FakePulumi,
  { ids = {}, answers }: { ids?: Record<string, string>; answers?: string[] } = {},
) {
  const said: string[] = [];
  const ask = answers && (async () => answers.shift() ?? assert.fail("asked once too often"));
  const people: People = { say: (text) => said.push(text), ask };
  const options = { ids: new Map(Object.entries(ids)), yes: answers === undefined };
  const settled = await recover(pulumi, people, options);
  const open = (pulumi.state.deployment.pending_operations ?? []).filter(
    ({ type }) => type === "creating",
  );
  return { settled, said: said.join("\n"), open: open.map(({ resource }) => resource.urn) };
}

describe("recover", () => {
  it("has nothing to do where no create is pending", async () => {
    const { settled, said } = await run(new FakePulumi(pending(), []));
    assert.equal(settled, true);
    assert.match(said, /No create is pending/);
  });

  it("imports what was created, with the inputs of the program", async () => {
    const pulumi = new FakePulumi(pending(role), ["api-1"]);
    const { settled, open } = await run(pulumi);
    assert.deepEqual([settled, open], [true, []]);
    assert.deepEqual(pulumi.imports, [
      {
        nameTable: {
          parent0: role.parent,
          provider0: "urn:pulumi:dev::slipway::pulumi:providers:aws::default",
        },
        resources: [
          { type: role.type, name: "api", id: "api-1", parent: "parent0", provider: "provider0" },
        ],
      },
    ]);
    const [taken] = pulumi.state.deployment.resources ?? [];
    assert.deepEqual(
      [taken?.id, taken?.inputs, taken?.outputs],
      ["api-1", role.inputs, { arn: "a" }],
    );
  });

  it("forgets what was not created, and what is harmless to create again", async () => {
    const pulumi = new FakePulumi(pending(role, policy), []);
    const { settled, said, open } = await run(pulumi);
    assert.deepEqual([settled, open, pulumi.imports.length], [true, [], 1]);
    assert.match(said, /Role api: does not exist: the next update creates it/);
  });

  it("leaves open what it cannot decide, and says why", async () => {
    const pulumi = new FakePulumi(pending(role), [], "AccessDenied: not authorized");
    const { settled, said, open } = await run(pulumi);
    assert.deepEqual([settled, open], [false, [role.urn]]);
    assert.match(said, /not imported:\nAccessDenied: not authorized/);
  });

  it("stops at a lock, and says how to lift it", async () => {
    const locked = "error: the stack is currently locked by 1 lock(s).";
    const pulumi = new FakePulumi(pending(role), [], locked);
    await assert.rejects(run(pulumi), /1 lock\(s\)\.\n\nThe stack is locked.*`pulumi cancel`/);
  });

  it("leaves open an object that AWS named, until the user gives its id, or says that there is none", async () => {
    const { settled, said, open } = await run(new FakePulumi(pending(eip), ["eipalloc-1"]));
    assert.deepEqual([settled, open], [false, [eip.urn]]);
    assert.match(said, /aws --region eu-central-1 ec2 describe-addresses --query '/);
    assert.ok(said.includes(`--id '${eip.urn}=<id>'`), said);
    for (const id of ["eipalloc-1", ""]) {
      const pulumi = new FakePulumi(pending(eip), ["eipalloc-1"]);
      assert.equal((await run(pulumi, { ids: { [eip.urn]: id } })).settled, true);
      assert.equal(pulumi.state.deployment.resources?.[0]?.id, id || undefined);
    }
  });

  it("changes nothing while an object is open: Pulumi would forget it together with the others", async () => {
    const pulumi = new FakePulumi(pending(role, eip), ["api-1", "eipalloc-1"]);
    const { settled, open } = await run(pulumi);
    assert.deepEqual([settled, open, pulumi.imports], [false, [role.urn, eip.urn], []]);
    const { settled: all, open: none } = await run(pulumi, { ids: { [eip.urn]: "eipalloc-1" } });
    assert.deepEqual([all, none, pulumi.imports.length], [true, [], 1]);
  });

  it("continues where an earlier run failed", async () => {
    const ids = ["api-1"];
    const other = state("aws:iam/role:Role", "web", { inputs: { name: "web-1" } });
    const pulumi = new FakePulumi(pending(role, other), ids, "AccessDenied: not authorized");
    assert.equal((await run(pulumi)).settled, false);
    ids.push("web-1");
    const { settled, said } = await run(pulumi);
    assert.equal(settled, true);
    assert.match(said, /Role api\n {2}It is already imported as api-1/);
    assert.equal(pulumi.imports.length, 3);
    assert.deepEqual(
      pulumi.state.deployment.resources?.map(({ id, inputs, protect }) => [id, inputs, protect]),
      [
        ["api-1", role.inputs, undefined],
        ["web-1", other.inputs, undefined],
      ],
    );
  });

  it("forgets components and providers, which exist only in the state", async () => {
    const component = state("slipway:github:DeployRole", "api", { custom: false });
    const provider = state("pulumi:providers:github", "octo-org", { custom: true });
    const { settled, open } = await run(new FakePulumi(pending(component, provider), []));
    assert.deepEqual([settled, open], [true, []]);
  });

  it("finds the id of a branch policy with the owner that the provider has", async () => {
    const provider = "urn:pulumi:dev::slipway::pulumi:providers:github::octo-org";
    const type =
      "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
    const inputs = { repository: "octo-app", environment: "dev", branchPattern: "main" };
    const { deployment } = pending(state(type, "main", { inputs, provider: `${provider}::1` }));
    const owner = { urn: provider, type: "pulumi:providers:github", inputs: { owner: "octo-org" } };
    const { said } = await run(
      new FakePulumi({ deployment: { ...deployment, resources: [owner] } }, []),
    );
    assert.ok(
      said.includes(
        `gh api "repos/octo-org/octo-app/environments/dev/deployment-branch-policies" --jq '.branch_policies[] | select(.name == "main") | "octo-app:dev:\\(.id)"'`,
      ),
      said,
    );
  });

  it("asks for ids, and before it changes anything", async () => {
    const refused = new FakePulumi(pending(eip), ["eipalloc-1"]);
    const { open } = await run(refused, { answers: ["eipalloc-1", "no"] });
    assert.deepEqual([open, refused.imports], [[eip.urn], []]);
    const agreed = new FakePulumi(pending(eip), ["eipalloc-1"]);
    assert.equal((await run(agreed, { answers: ["eipalloc-1", "yes"] })).settled, true);
    assert.equal(agreed.imports.length, 1);
  });

  it("does not import a replacement while the state has the object that it replaces", async () => {
    const { deployment } = pending(role);
    const before = { ...role, id: "api-0" };
    const replaced = () => ({ deployment: { ...deployment, resources: [before] } });
    const pulumi = new FakePulumi(replaced(), ["api-1"]);
    const { settled, said } = await run(pulumi);
    assert.equal(settled, false);
    assert.match(said, /Delete it if it exists: its id is api-1/);
    assert.deepEqual(pulumi.imports, []);
    const gone = new FakePulumi(replaced(), ["api-1"]);
    assert.equal((await run(gone, { ids: { [role.urn]: "" } })).settled, true);
    assert.deepEqual(gone.state.deployment.resources, [before]);
  });
});

describe("identify", () => {
  const target = {
    serviceNamespace: "ecs",
    resourceId: "service/dev/api",
    scalableDimension: "ecs:service:DesiredCount",
  };
  const table: [type: string, inputs: Record<string, unknown>, expected: object][] = [
    [
      "aws:ecs/service:Service",
      { cluster: "arn:aws:ecs:eu-central-1:1:cluster/dev-1", name: "api-1" },
      { kind: "known", id: "dev-1/api-1" },
    ],
    [
      "github:index/repositoryEnvironment:RepositoryEnvironment",
      { repository: "app", environment: "dev" },
      { kind: "known", id: "app:dev" },
    ],
    // Without a destination of IPv4 its id is not known.
    ["aws:ec2/route:Route", { routeTableId: "rtb-1" }, { kind: "ask" }],
    [
      "github:index/repositoryFile:RepositoryFile",
      { overwriteOnCreate: true },
      { kind: "repeatable" },
    ],
    ["github:index/repositoryFile:RepositoryFile", {}, { kind: "ask" }],
    [
      "aws:ec2/subnet:Subnet",
      { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24", tags: { Name: "dev-1" } },
      {
        kind: "ask",
        command:
          'aws ec2 describe-subnets --filters "Name=vpc-id,Values=vpc-1" "Name=cidr-block,Values=10.0.0.0/24" "Name=tag:Name,Values=dev-1" --query \'Subnets[].SubnetId\' --output text',
      },
    ],
    [
      "aws:lb/listener:Listener",
      { loadBalancerArn: "arn:lb", port: 80 },
      {
        kind: "ask",
        command:
          "aws elbv2 describe-listeners --load-balancer-arn arn:lb --query 'Listeners[?Port==`80`].ListenerArn' --output text",
      },
    ],
    [
      "aws:ec2/natGateway:NatGateway",
      { subnetId: "subnet-1" },
      {
        kind: "ask",
        command:
          'aws ec2 describe-nat-gateways --filter "Name=subnet-id,Values=subnet-1" --query \'NatGateways[?State!=`"deleted"`].NatGatewayId\' --output text',
      },
    ],
    // The next update would choose another name, and this policy would stay with the role.
    [
      "aws:iam/rolePolicy:RolePolicy",
      { role: "api-1", name: "deploy-1" },
      { kind: "known", id: "api-1:deploy-1" },
    ],
    [
      "aws:ec2clientvpn/authorizationRule:AuthorizationRule",
      { clientVpnEndpointId: "cvpn-endpoint-1", targetNetworkCidr: "10.0.0.0/16" },
      { kind: "known", id: "cvpn-endpoint-1,10.0.0.0/16" },
    ],
    [
      "aws:ec2clientvpn/networkAssociation:NetworkAssociation",
      { clientVpnEndpointId: "cvpn-endpoint-1", subnetId: "subnet-1" },
      {
        kind: "ask",
        command:
          "aws ec2 describe-client-vpn-target-networks --client-vpn-endpoint-id cvpn-endpoint-1 --query 'ClientVpnTargetNetworks[?TargetNetworkId==`subnet-1`].join(`,`, [ClientVpnEndpointId, AssociationId])' --output text",
      },
    ],
    [
      "aws:appautoscaling/policy:Policy",
      { ...target, name: "cpu-1" },
      { kind: "known", id: "ecs/service/dev/api/ecs:service:DesiredCount/cpu-1" },
    ],
    [
      "aws:appautoscaling/scheduledAction:ScheduledAction",
      { ...target, name: "night-1", region: "eu-west-1" },
      {
        kind: "delete",
        command:
          "aws --region eu-west-1 application-autoscaling delete-scheduled-action --service-namespace ecs --resource-id service/dev/api --scalable-dimension ecs:service:DesiredCount --scheduled-action-name night-1",
      },
    ],
    ["aws:s3/bucket:Bucket", { bucket: "x" }, { kind: "ask" }],
  ];
  for (const [type, inputs, expected] of table) {
    it(`finds ${type} with ${Object.keys(inputs)}`, async () => {
      assert.deepEqual(identify({ type, inputs }), expected);
    });
  }
});
