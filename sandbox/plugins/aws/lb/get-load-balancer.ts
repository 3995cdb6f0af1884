/** Reads a load balancer by its ARN or its name. */
import type { LoadBalancer } from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as lb from "@pulumi/aws/lb";
import type { AwsContext } from "../context";
import { invoke } from "../definition";
import { client, fromAttributes, tagsOf } from "./common";
import { attributes, stateOf } from "./load-balancer";

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/lb/getloadbalancer/, and
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/elbv2/load_balancer_data_source.go
 */
export const getLoadBalancer = invoke<lb.GetLoadBalancerArgs, Partial<lb.GetLoadBalancerResult>>({
  type: "aws:lb/getLoadBalancer:getLoadBalancer",
  args: ["arn", "name"],
  async run(aws, args) {
    const found = await find(aws, args);
    const arn = found.LoadBalancerArn ?? "";
    const { Attributes } = await client(aws).describeLoadBalancerAttributes({
      LoadBalancerArn: arn,
    });
    return {
      id: arn,
      ...(fromAttributes(attributes, Attributes) as Partial<lb.GetLoadBalancerResult>),
      ...(stateOf(found) as Partial<lb.GetLoadBalancerResult>),
      dnsName: found.DNSName ?? "",
      ipAddressType: found.IpAddressType ?? "",
      region: aws.region,
      securityGroups: found.SecurityGroups ?? [],
      tags: { ...(await tagsOf(aws, arn)) },
      vpcId: found.VpcId ?? "",
    };
  },
});

async function find(aws: AwsContext, { arn, name }: lb.GetLoadBalancerArgs): Promise<LoadBalancer> {
  const wanted = arn ? { LoadBalancerArns: [arn] } : name ? { Names: [name] } : {};
  const { LoadBalancers: [found, ...others] = [] } = await client(aws)
    .describeLoadBalancers(wanted)
    .catch((error) => {
      throw new Error(`reading ELBv2 Load Balancers: ${error.message}`, { cause: error });
    });
  if (!found || others.length > 0) {
    const count = found ? 1 + others.length : 0;
    throw new Error(`Search returned ${count} results, please revise so only one is returned`);
  }
  return found;
}
