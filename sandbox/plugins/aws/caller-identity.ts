/** https://www.pulumi.com/registry/packages/aws/api-docs/getcalleridentity/ */
import { STS } from "@aws-sdk/client-sts";
import type { GetCallerIdentityArgs, GetCallerIdentityResult } from "@pulumi/aws";
import { invoke } from "./definition";

const getCallerIdentity = invoke<GetCallerIdentityArgs, GetCallerIdentityResult>({
  type: "aws:index/getCallerIdentity:getCallerIdentity",
  args: [],
  async run(aws) {
    const { Account = "", Arn = "", UserId = "" } = await aws.client(STS).getCallerIdentity({});
    return { id: Account, accountId: Account, arn: Arn, userId: UserId };
  },
});

export const functions = [getCallerIdentity];
