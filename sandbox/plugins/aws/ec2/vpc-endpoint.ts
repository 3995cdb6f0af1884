/** VPC endpoints: gateways in route tables, and interfaces in subnets. */
import type { PrefixList } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import { toPascal } from "../../kit/casing";
import { policy } from "../../kit/values";
import type { AwsContext } from "../context";
import { absent, outputOnly, replacing, resource, stable } from "../definition";
import { ec2, ec2Arn, filter, tagged, tagging } from "./client";

/** Lists of ids are sets; AWS fills in those that are not given. */
const ids = { set: true, computed: true, absent: [] } as const;

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/vpcendpoint/ */
export const vpcEndpoint = resource<pulumi.VpcEndpointArgs, pulumi.VpcEndpointState>({
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  properties: {
    // ForceNew in the provider's schema, as is the type.
    ...replacing("serviceName", "vpcId"),
    policy: { computed: true, ...policy },
    // The provider's CustomizeDiff: only an interface's subnets can change in place.
    privateDnsEnabled: {
      computed: true,
      absent: false,
      replace: (_, __, { vpcEndpointType }) => vpcEndpointType !== "Interface",
    },
    routeTableIds: ids,
    securityGroupIds: ids,
    subnetIds: ids,
    vpcEndpointType: {
      // "Defaults to Gateway."
      default: "Gateway",
      replace: true,
      validate: (type) =>
        ["Gateway", "Interface"].includes(type) ? undefined : "must be Gateway or Interface",
    },
    ...outputOnly("ipv4", "ipAddressType"),
    ...outputOnly(undefined, "serviceRegion"),
  },
  outputs: {
    ...stable("arn", "ownerId", "state"),
    ...absent("", "prefixListId"),
    ...absent([], "cidrBlocks", "dnsEntries"),
    ...absent(false, "requesterManaged"),
    networkInterfaceIds: { when: ["subnetIds"] },
  },
  tagging,
  async create(aws, inputs, tags) {
    const request = { privateDnsEnabled: false, ...inputs };
    const { VpcEndpoint: made } = await ec2(aws).createVpcEndpoint({
      ...toPascal<{ VpcId: string }>(request, { policy: "PolicyDocument" }),
      ...tagged("vpc-endpoint", tags),
    });
    return made?.VpcEndpointId;
  },
  async read(aws, { id }) {
    const request = { VpcEndpointIds: [id] };
    const { VpcEndpoints: [found] = [] } = await ec2(aws).describeVpcEndpoints(request);
    if (!found || found.State?.toLowerCase() === "deleted") return undefined;
    const { Cidrs, PrefixListId } = await prefixList(aws, found.ServiceName);
    return {
      found,
      properties: {
        arn: ec2Arn(aws, found.OwnerId, `vpc-endpoint/${found.VpcEndpointId}`),
        cidrBlocks: Cidrs,
        networkInterfaceIds: found.NetworkInterfaceIds ?? [],
        policy: found.PolicyDocument,
        prefixListId: PrefixListId,
        securityGroupIds: found.Groups?.map(({ GroupId }) => GroupId),
        serviceRegion: found.ServiceRegion ?? aws.region,
      },
    };
  },
  async update(aws, VpcEndpointId, inputs, { old, has }) {
    const { policy: PolicyDocument, privateDnsEnabled: PrivateDnsEnabled } = inputs;
    const lists = (["routeTableIds", "securityGroupIds", "subnetIds"] as const)
      .filter((name) => has(name))
      .map((name) => listChanges(name, old.outputs[name], inputs[name]));
    await ec2(aws).modifyVpcEndpoint({
      VpcEndpointId,
      ...(has("policy") ? { PolicyDocument } : {}),
      ...(has("privateDnsEnabled") ? { PrivateDnsEnabled } : {}),
      ...Object.assign({}, ...lists),
    });
  },
  delete: (aws, { id }) => ec2(aws).deleteVpcEndpoints({ VpcEndpointIds: [id] }),
});

/** The members for added and removed ids, such as `AddSubnetIds` and `RemoveSubnetIds`, if there are any. */
function listChanges(name: string, old: readonly string[] = [], value: readonly string[] = []) {
  const added = value.filter((id) => !old.includes(id));
  const removed = old.filter((id) => !value.includes(id));
  const member = name.replace(/^./, (first) => first.toUpperCase());
  return {
    ...(added.length > 0 ? { [`Add${member}`]: added } : {}),
    ...(removed.length > 0 ? { [`Remove${member}`]: removed } : {}),
  };
}

/** The address ranges of a gateway endpoint. */
async function prefixList(aws: AwsContext, name: string | undefined): Promise<PrefixList> {
  const Filters = [filter("prefix-list-name", name)];
  const { PrefixLists = [] } = await ec2(aws).describePrefixLists({ Filters });
  return PrefixLists.find(({ PrefixListName }) => PrefixListName === name) ?? {};
}
