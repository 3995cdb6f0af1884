/** https://www.pulumi.com/registry/packages/aws/api-docs/getregion/ */
import { SSM } from "@aws-sdk/client-ssm";
import type { GetRegionArgs, GetRegionResult } from "@pulumi/aws";
import { invoke } from "./definition";
import { partitionOf } from "./partition";

const getRegion = invoke<GetRegionArgs, GetRegionResult>({
  type: "aws:index/getRegion:getRegion",
  args: [],
  async run(aws) {
    const { region } = aws;
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-global-infrastructure.html
    const Name = `/aws/service/global-infrastructure/regions/${region}/longName`;
    const { Parameter } = await aws.client(SSM).getParameter({ Name });
    const endpoint = `ec2.${region}.${partitionOf(region).dnsSuffix}`;
    return { id: region, name: region, region, endpoint, description: Parameter?.Value ?? "" };
  },
});

export const functions = [getRegion];
