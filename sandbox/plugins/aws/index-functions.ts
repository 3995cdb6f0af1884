/** The functions of @pulumi/aws's top level. */
import { STS } from "@aws-sdk/client-sts";
import type * as aws from "@pulumi/aws";
import { invoke } from "./definition";
import { availabilityZones } from "./ec2/availability-zones";
import { partitionOf } from "./partition";

export const functions = [
  availabilityZones,
  invoke<aws.GetRegionArgs, aws.GetRegionResult>({
    type: "aws:index/getRegion:getRegion",
    args: ["id", "name", "region"],
    async run({ region: current }, args) {
      const region = args.region ?? args.name ?? args.id ?? current;
      return {
        id: region,
        name: region,
        region,
        endpoint: `ec2.${region}.${partitionOf(region).dnsSuffix}`,
        description: region,
      };
    },
  }),
  invoke<aws.GetCallerIdentityArgs, aws.GetCallerIdentityResult>({
    type: "aws:index/getCallerIdentity:getCallerIdentity",
    args: ["id"],
    async run(context) {
      const identity = await context.client(STS).getCallerIdentity({});
      const { Account: accountId = "", Arn: arn = "", UserId: userId = "" } = identity;
      return { accountId, arn, userId, id: accountId };
    },
  }),
  invoke<aws.GetPartitionArgs, aws.GetPartitionResult>({
    type: "aws:index/getPartition:getPartition",
    args: ["id"],
    async run({ region }) {
      return partitionOf(region);
    },
  }),
];
