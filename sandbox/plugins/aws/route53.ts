/** Route 53: records of public zones, with simple routing. */
import {
  type Change,
  type HostedZone,
  paginateListHostedZones,
  type ResourceRecordSet,
  Route53,
  type RRType,
  waitUntilResourceRecordSetsChanged,
} from "@aws-sdk/client-route-53";
import type * as route53 from "@pulumi/aws/route53";
import { fromTags } from "../kit/tags";
import { sameValue } from "../kit/values";
import type { AwsContext } from "./context";
import { invoke, type Resolved, resource, stable } from "./definition";
import { single } from "./not-found";
import { partitionOf } from "./partition";

type Inputs = Resolved<route53.RecordArgs>;
type Alias = NonNullable<Inputs["aliases"]>[number];

/** https://www.pulumi.com/registry/packages/aws/api-docs/route53/record/ */
const record = resource<route53.RecordArgs, route53.RecordState>({
  type: "aws:route53/record:Record",
  global: true,
  properties: {
    aliases: {
      block: { members: ["evaluateTargetHealth", "name", "zoneId"] },
      equal: (a, b) => sameValue(a.map(normalAlias), b.map(normalAlias)),
    },
    // "Allow creation of this record to overwrite an existing record, if any."
    allowOverwrite: { computed: true, local: true },
    // ForceNew in the provider's schema, as is the zone; it trims and lowers the name.
    name: { replace: true, equal: (a, b) => normalName(a) === normalName(b) },
    records: { set: true },
    ttl: {},
    type: {},
    zoneId: { replace: true },
  },
  outputs: stable("fqdn"),
  validate({ aliases, records, ttl }) {
    if ((aliases === undefined) === (records === undefined)) {
      return "exactly one of 'aliases' and 'records' must be given";
    }
    if (aliases && (aliases.length > 1 || ttl !== undefined)) {
      return "an alias cannot have a 'ttl'";
    }
    return records && ttl === undefined ? "'records' need a 'ttl'" : undefined;
  },
  async create(aws, inputs) {
    const Action = inputs.allowOverwrite ? "UPSERT" : "CREATE";
    const ResourceRecordSet = await requested(aws, inputs);
    await change(aws, inputs.zoneId, [{ Action, ResourceRecordSet }]);
    return [cleanZone(inputs.zoneId), normalName(inputs.name), inputs.type].join("_");
  },
  async read(aws, { id, inputs }) {
    // Import "using the ID of the record, record name, record type, and set identifier", joined by underscores.
    const [, zone, name, type] = /^([^_]+)_(.+)_([A-Z]+)$/.exec(id) ?? [];
    const { zoneId = zone ?? "", name: given = name ?? "", type: wanted = type ?? "" } = inputs;
    const fqdn = await qualified(aws, zoneId, given);
    const found = await find(aws, zoneId, fqdn, wanted);
    return found && { properties: { zoneId, name: given, fqdn, ...stateOf(found) } };
  },
  async update(aws, _, inputs, { old }) {
    const ResourceRecordSet = await requested(aws, inputs);
    const { type = inputs.type } = old.inputs;
    const { zoneId } = inputs;
    const moved = type !== inputs.type && (await find(aws, zoneId, ResourceRecordSet.Name, type));
    const changes: Change[] = moved ? [{ Action: "DELETE", ResourceRecordSet: moved }] : [];
    await change(aws, zoneId, [...changes, { Action: "UPSERT", ResourceRecordSet }]);
  },
  async delete(aws, { inputs: { zoneId = "", name = "", type = "" } }) {
    const found = await find(aws, zoneId, await qualified(aws, zoneId, name), type);
    if (found) await change(aws, zoneId, [{ Action: "DELETE", ResourceRecordSet: found }]);
  },
});

function client(aws: AwsContext): Route53 {
  return aws.client(Route53);
}

async function requested(aws: AwsContext, inputs: Inputs) {
  const { aliases: [alias] = [], records, ttl: TTL } = inputs;
  const AliasTarget = alias && {
    DNSName: alias.name,
    EvaluateTargetHealth: alias.evaluateTargetHealth,
    HostedZoneId: alias.zoneId,
  };
  const ResourceRecords = records?.map((Value) => ({ Value }));
  const Name = await qualified(aws, inputs.zoneId, inputs.name);
  return { Name, Type: inputs.type as RRType, TTL, ResourceRecords, AliasTarget };
}

async function change(aws: AwsContext, zone: string, Changes: Change[]): Promise<void> {
  const { ChangeInfo } = await client(aws).changeResourceRecordSets({
    HostedZoneId: cleanZone(zone),
    ChangeBatch: { Changes, Comment: "Managed by Pulumi" },
  });
  const config = { client: client(aws), maxWaitTime: 1800, minDelay: 1, maxDelay: 15 };
  await waitUntilResourceRecordSetsChanged(config, { Id: ChangeInfo?.Id });
}

async function find(aws: AwsContext, zone: string, fqdn: string, type: string) {
  const { ResourceRecordSets = [] } = await client(aws).listResourceRecordSets({
    HostedZoneId: cleanZone(zone),
    StartRecordName: fqdn,
    StartRecordType: type as RRType,
  });
  return ResourceRecordSets.find(
    ({ Name = "", Type }) => normalName(Name) === fqdn && Type === type,
  );
}

function stateOf({ AliasTarget: alias, ResourceRecords: records, TTL, Type }: ResourceRecordSet) {
  if (!alias) return { type: Type, records: records?.map(({ Value = "" }) => Value), ttl: TTL };
  const { name } = normalAlias({ name: alias.DNSName ?? "" });
  const evaluateTargetHealth = alias.EvaluateTargetHealth ?? false;
  return {
    type: Type,
    aliases: [{ name, evaluateTargetHealth, zoneId: alias.HostedZoneId ?? "" }],
  };
}

/** The zone's name is added to a name that does not end in it. */
async function qualified(aws: AwsContext, zoneId: string, name: string): Promise<string> {
  const { HostedZone: zone } = await client(aws).getHostedZone({ Id: cleanZone(zoneId) });
  const [zoneName, own] = [normalName(zone?.Name ?? ""), normalName(name)];
  if (own === zoneName || own.endsWith(`.${zoneName}`)) return own;
  return own === "" ? zoneName : `${own}.${zoneName}`;
}

/** Route 53 returns an asterisk as its octal code. */
function normalName(name: string): string {
  return name
    .replace(/\.$/, "")
    .replace(/^\\052/, "*")
    .toLowerCase();
}

/** AWS's console prefixes load balancers with `dualstack.`, which the provider treats as the same target. */
function normalAlias<Target extends Pick<Alias, "name">>(alias: Target): Target {
  return { ...alias, name: normalName(alias.name).replace(/^dualstack\./, "") };
}

function cleanZone(id: string): string {
  return id.replace(/^\/hostedzone\//, "");
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/route53/getzone/, by name, of public zones. */
const getZone = invoke<route53.GetZoneArgs, route53.GetZoneResult>({
  type: "aws:route53/getZone:getZone",
  args: ["name"],
  async run(aws, { name = "" }) {
    const Id = cleanZone((await zoneNamed(aws, name)).Id ?? "");
    const { HostedZone: found, DelegationSet } = await client(aws).getHostedZone({ Id });
    const { ResourceTagSet } = await client(aws).listTagsForResource({
      ResourceType: "hostedzone",
      ResourceId: Id,
    });
    const nameServers = DelegationSet?.NameServers ?? [];
    return {
      arn: `arn:${partitionOf(aws.region).partition}:route53:::hostedzone/${Id}`,
      callerReference: found?.CallerReference ?? "",
      comment: found?.Config?.Comment ?? "",
      id: Id,
      linkedServiceDescription: found?.LinkedService?.Description ?? "",
      linkedServicePrincipal: found?.LinkedService?.ServicePrincipal ?? "",
      name: normalName(found?.Name ?? ""),
      nameServers,
      primaryNameServer: nameServers[0] ?? "",
      privateZone: false,
      resourceRecordSetCount: found?.ResourceRecordSetCount ?? 0,
      tags: fromTags(ResourceTagSet),
      zoneId: Id,
    };
  },
});

async function zoneNamed(aws: AwsContext, name: string): Promise<HostedZone> {
  const zones: HostedZone[] = [];
  for await (const { HostedZones = [] } of paginateListHostedZones({ client: client(aws) }, {})) {
    zones.push(...HostedZones);
  }
  const matching = zones.filter(
    ({ Name = "", Config }) => normalName(Name) === normalName(name) && !Config?.PrivateZone,
  );
  return single("Route 53 Hosted Zone", matching);
}

export const resources = [record];
export const functions = [getZone];
