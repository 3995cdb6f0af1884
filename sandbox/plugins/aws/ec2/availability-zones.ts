/** https://www.pulumi.com/registry/packages/aws/api-docs/getavailabilityzones/ */
import type { AvailabilityZone } from "@aws-sdk/client-ec2";
import type { GetAvailabilityZonesArgs, GetAvailabilityZonesResult } from "@pulumi/aws";
import { invoke } from "../definition";
import { ec2 } from "./client";

const availabilityZones = invoke<GetAvailabilityZonesArgs, GetAvailabilityZonesResult>({
  type: "aws:index/getAvailabilityZones:getAvailabilityZones",
  args: [],
  async run(aws) {
    const { AvailabilityZones = [] } = await ec2(aws).describeAvailabilityZones({});
    const name = ({ ZoneName = "" }: AvailabilityZone) => ZoneName;
    const zones = AvailabilityZones.sort((a, b) => (name(a) < name(b) ? -1 : 1));
    const groups = zones.map(({ GroupName = "" }) => GroupName).filter((group) => group !== "");
    return {
      id: aws.region,
      region: aws.region,
      groupNames: [...new Set(groups)],
      names: zones.map(name),
      zoneIds: zones.map(({ ZoneId = "" }) => ZoneId),
    };
  },
});

export const functions = [availabilityZones];
