import type * as lb from "@pulumi/aws/lb";
import { invoke } from "../definition";
import { client } from "./common";

/** https://www.pulumi.com/registry/packages/aws/api-docs/lb/getlbs/, all of them. */
export const getLbs = invoke<lb.GetLbsArgs, lb.GetLbsResult>({
  type: "aws:lb/getLbs:getLbs",
  args: [],
  async run(aws) {
    const { LoadBalancers = [] } = await client(aws).describeLoadBalancers({});
    const arns = LoadBalancers.map(({ LoadBalancerArn = "" }) => LoadBalancerArn);
    return { id: aws.region, region: aws.region, arns };
  },
});
