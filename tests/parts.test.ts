import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { only, parts } from "./config/stacks";
import { type Recorded, runStack } from "./harness";

type Inputs = Readonly<Record<string, unknown>>;
/** The inputs of each resource, by its URN. */
type Stack = ReadonlyMap<string, Inputs>;

const names = Object.keys(parts);

/** The number of parts in one stack. With more, one part could hide what another one changes. */
const SIZE = 6;

/** Stacks that together have each pair of parts. A stack for each pair would need ten times as many runs. */
function groups(): readonly (readonly string[])[] {
  const left = new Set(pairsOf(names));
  const found: (readonly string[])[] = [];
  for (const pair of left) {
    const group = pair.split(", ");
    const gain = (name: string) => pairsOf([...group, name]).filter((one) => left.has(one)).length;
    while (group.length < SIZE) {
      const others = names.filter((name) => !group.includes(name));
      group.push(others.reduce((best, name) => (gain(name) > gain(best) ? name : best)));
    }
    for (const one of pairsOf(group)) left.delete(one);
    found.push(group);
  }
  return found;
}

function pairsOf(group: readonly string[]): string[] {
  const chosen = names.filter((name) => group.includes(name));
  return chosen.flatMap((one, i) => chosen.slice(i + 1).map((other) => `${one}, ${other}`));
}

/** Inputs that depend on both parts of a pair, so that each part alone has another value. */
const combined: Readonly<Record<string, readonly string[]>> = {
  // The dashboard has the widgets of the other part.
  "dashboard, firewall": ["aws:cloudwatch/dashboard:Dashboard pairs dashboardBody"],
  "dashboard, canary": ["aws:cloudwatch/dashboard:Dashboard pairs dashboardBody"],
  "dashboard, database": ["aws:cloudwatch/dashboard:Dashboard pairs dashboardBody"],
  // The web ACL is on the distribution, in us-east-1, and none is on the load balancer.
  "firewall, CloudFront with a site": [
    "aws:cloudfront/distribution:Distribution pairs webAclId",
    "aws:cloudwatch/logGroup:LogGroup aws-waf-logs-pairs region",
    "aws:wafv2/webAcl:WebAcl pairs region",
    "aws:wafv2/webAcl:WebAcl pairs scope",
    "aws:wafv2/webAclAssociation:WebAclAssociation pairs resourceArn",
    "aws:wafv2/webAclAssociation:WebAclAssociation pairs urn",
    "aws:wafv2/webAclAssociation:WebAclAssociation pairs webAclArn",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration pairs region",
  ],
  // The only thing that the VPN's clients reach.
  "database, client VPN": [
    ...["fromPort", "ipProtocol", "referencedSecurityGroupId"],
    ...["securityGroupId", "toPort", "urn"],
  ].map(
    (key) =>
      `aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule pairs-client-vpn-to-database ${key}`,
  ),
  // The header of the distribution, in the rules of a sign-in, too.
  "CloudFront with a site, sign-in": [
    "aws:lb/listenerRule:ListenerRule batch conditions",
    "aws:lb/listenerRule:ListenerRule batch-open conditions",
    "aws:lb/listenerRule:ListenerRule batch-sign-in conditions",
  ],
  // Variables, mounts and read-only files of one container.
  "database, hardened container": [
    "aws:ecs/taskDefinition:TaskDefinition api containerDefinitions",
  ],
  "database, volumes": ["aws:ecs/taskDefinition:TaskDefinition api containerDefinitions"],
  "hardened container, volumes": [
    "aws:ecs/taskDefinition:TaskDefinition api containerDefinitions",
    "aws:ecs/taskDefinition:TaskDefinition api volumes",
  ],
  "database, Service Connect": ["aws:ecs/taskDefinition:TaskDefinition api containerDefinitions"],
  "hardened container, Service Connect": [
    "aws:ecs/taskDefinition:TaskDefinition api containerDefinitions",
  ],
  "volumes, Service Connect": ["aws:ecs/taskDefinition:TaskDefinition api containerDefinitions"],
  // The same for a scheduled task, which has the service's containers.
  "database, scheduled tasks": [
    "aws:ecs/taskDefinition:TaskDefinition api-scheduled containerDefinitions",
  ],
  "hardened container, scheduled tasks": [
    "aws:ecs/taskDefinition:TaskDefinition api-scheduled containerDefinitions",
    "aws:ecs/taskDefinition:TaskDefinition api-scheduled volumes",
  ],
  "volumes, scheduled tasks": [
    "aws:ecs/taskDefinition:TaskDefinition api-scheduled containerDefinitions",
    "aws:ecs/taskDefinition:TaskDefinition api-scheduled volumes",
  ],
  // The steps of one workflow, its time limit, and the permissions of its role.
  "canary, migration": [
    "aws:iam/role:Role api-deploy maxSessionDuration",
    "github:index/repositoryFile:RepositoryFile api-main content",
  ],
  "canary, scheduled tasks": ["github:index/repositoryFile:RepositoryFile api-main content"],
  "migration, Service Connect": ["aws:iam/rolePolicy:RolePolicy api-deploy policy"],
  "scheduled tasks, Service Connect": [
    "aws:ecs/taskDefinition:TaskDefinition api-scheduled containerDefinitions",
    "aws:iam/rolePolicy:RolePolicy api-deploy policy",
  ],
  "Service Connect, EC2 capacity": ["aws:iam/rolePolicy:RolePolicy batch-deploy policy"],
  "migration, scheduled tasks": [
    "aws:iam/rolePolicy:RolePolicy api-deploy policy",
    "github:index/repositoryFile:RepositoryFile api-main content",
  ],
};

const label = (urn: string) => urn.split("::").slice(-2).join(" ").replace(/^.*\$/, "");

async function stackOf(...chosen: readonly string[]): Promise<Stack> {
  const { resources } = await runStack(only(...chosen), {}, "pairs");
  // Each run of the program creates another secret.
  const inputsOf = ({ name, urn, inputs: { value, ...inputs } }: Recorded): Inputs =>
    /origin-header/.test(name) ? { urn, ...inputs } : { urn, value, ...inputs };
  return new Map(resources.map((resource) => [resource.urn, inputsOf(resource)]));
}

/** The inputs of a resource that a part changes, adds or removes. */
function changed(base: Stack, stack: Stack, urn: string): ReadonlySet<string> {
  const [before = {}, after = {}] = [base.get(urn), stack.get(urn)];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return new Set([...keys].filter((key) => !isDeepStrictEqual(before[key], after[key])));
}

describe("parts in one stack", () => {
  let base: Stack;
  const alone = new Map<string, Stack>();

  before(async function () {
    this.timeout(60_000);
    base = await stackOf();
    for (const name of names) alone.set(name, await stackOf(name));
  });

  it("are each a change to the stack", () => {
    assert.ok(names.length >= 10, `${names.length} parts`);
    for (const name of names) {
      const stack = alone.get(name) ?? base;
      const urns = [...new Set([...base.keys(), ...stack.keys()])];
      assert.ok(
        urns.some((urn) => changed(base, stack, urn).size > 0),
        name,
      );
    }
  });

  it("are each combined with each other part in the stacks below", () => {
    const tested = new Set(groups().flatMap(pairsOf));
    assert.deepEqual([...tested].sort(), pairsOf(names).sort());
  });

  for (const group of groups()) {
    it(`have the same inputs together as alone: ${group.join(", ")}`, async () => {
      const stacks = group.map((name) => alone.get(name) ?? base);
      const together = await stackOf(...group);
      const urns = new Set([base, ...stacks, together].flatMap((stack) => [...stack.keys()]));
      const found: string[] = [];
      for (const urn of urns) {
        const changes = stacks.map((stack) => ({ stack, keys: changed(base, stack, urn) }));
        const keys = [...changes.map(({ keys }) => keys), changed(base, together, urn)];
        for (const key of new Set(keys.flatMap((some) => [...some]))) {
          const [of = base, ...more] = changes
            .filter(({ keys }) => keys.has(key))
            .map(({ stack }) => stack);
          const expected = of.get(urn)?.[key];
          if (more.length > 0 || !isDeepStrictEqual(together.get(urn)?.[key], expected)) {
            found.push(`${label(urn)} ${key}`);
          }
        }
      }
      const expected = pairsOf(group).flatMap((pair) => combined[pair] ?? []);
      assert.deepEqual(found.sort(), [...new Set(expected)].sort());
    });
  }
});
