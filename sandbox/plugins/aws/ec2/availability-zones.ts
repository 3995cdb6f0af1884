/** https://www.pulumi.com/registry/packages/aws/api-docs/getavailabilityzones/ */
import type { AvailabilityZone } from "@aws-sdk/client-ec2";
import type { GetAvailabilityZonesArgs, GetAvailabilityZonesResult } from "@pulumi/aws";
import { invoke } from "../definition";
import { ec2 } from "./client";
import { toFilters } from "./filters";

export const availabilityZones = invoke<GetAvailabilityZonesArgs, GetAvailabilityZonesResult>({
  type: "aws:index/getAvailabilityZones:getAvailabilityZones",
  args: ["allAvailabilityZones", "excludeNames", "excludeZoneIds", "filters", "state"],
  async run(aws, args) {
    const { AvailabilityZones = [] } = await ec2(aws).describeAvailabilityZones({
      AllAvailabilityZones: args.allAvailabilityZones,
      Filters: toFilters({ state: args.state }, args.filters),
    });
    const zones = AvailabilityZones.filter(
      ({ ZoneName = "", ZoneId = "" }) =>
        !args.excludeNames?.includes(ZoneName) && !args.excludeZoneIds?.includes(ZoneId),
    ).sort(byName);
    const groups = zones.map(({ GroupName = "" }) => GroupName).filter((name) => name !== "");
    return {
      ...args,
      id: aws.region,
      region: aws.region,
      groupNames: [...new Set(groups)],
      names: zones.map(({ ZoneName = "" }) => ZoneName),
      zoneIds: zones.map(({ ZoneId = "" }) => ZoneId),
    };
  },
});

function byName({ ZoneName: a = "" }: AvailabilityZone, { ZoneName: b = "" }: AvailabilityZone) {
  return a < b ? -1 : a > b ? 1 : 0;
}
