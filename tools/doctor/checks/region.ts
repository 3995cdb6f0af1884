import * as aws from "@pulumi/aws";
import { bad, type Check, check, good, type Verdict } from "../check";

/** @param zones how many the new VPC needs */
export function regionCheck(region: string, zones: number): Check {
  return check({
    ...{ id: "region", title: "Region", area: "AWS" },
    ask: () => aws.getAvailabilityZones({}),
    judge: ({ names }) => judgeRegion(region, zones, names),
    refused: (message) => judgeDisabled(region, message),
  });
}

export function judgeRegion(region: string, zones: number, names: readonly string[]): Verdict {
  return names.length >= zones
    ? good(`${region} has ${names.length} zones, and the stack uses ${zones}`)
    : bad(
        `${region} has ${names.length} zones for this account, and the stack needs ${zones}`,
        "lower network.availabilityZones, or choose another region",
      );
}

/** https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
export function judgeDisabled(region: string, message: string): Verdict | undefined {
  return /AuthFailure|OptInRequired|UnrecognizedClient|InvalidClientTokenId/.test(message)
    ? bad(
        `the account has not enabled ${region}`,
        `aws account enable-region --region-name ${region}, or choose another region`,
      )
    : undefined;
}
