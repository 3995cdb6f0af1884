import * as aws from "@pulumi/aws";
import { checkString, nearest } from "../shared/checks";
import type { Problem } from "../shared/errors";

/** All configuration values of a stack, by their key with its namespace: `slipway:services`. */
export type Values = Readonly<Record<string, unknown>>;

export function regionOf(all: Values): string | undefined {
  const region = all["aws:region"] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  return region === undefined ? undefined : String(region);
}

/** The provider's own setting also allows a region that its SDK does not know yet. */
export function checkRegion(region: string | undefined, all: Values): Problem[] {
  if (region === undefined) {
    return [
      {
        path: "aws:region",
        value: undefined,
        allowed: "the AWS region of the stack",
        fix: "pulumi config set aws:region us-east-1, or export AWS_REGION",
      },
    ];
  }
  const known: readonly string[] = Object.values(aws.Region);
  return all["aws:skipRegionValidation"] === true
    ? []
    : checkString("aws:region", region, {
        valid: (name) => known.includes(name),
        allowed: "the name of an AWS region, without an Availability Zone",
        fix: (name) =>
          `${nearestRegion(name, known)}. For a region that is newer than this version, set aws:skipRegionValidation: true`,
      });
}

function nearestRegion(name: string, known: readonly string[]): string {
  const withoutZone = name.replace(/(\d)[a-z]$/, "$1");
  const meant = known.includes(withoutZone) ? withoutZone : nearest(name, known);
  return meant ? `write ${meant}` : "aws account list-regions lists them";
}
