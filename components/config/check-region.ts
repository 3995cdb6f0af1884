import * as aws from "@pulumi/aws";
import { cloudFrontRegion } from "../cloudfront/plan";
import { checkString, nearest } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

/** All configuration values of a stack, by their key with its namespace: `slipway:services`. */
export type Values = Readonly<Record<string, unknown>>;

export function regionOf(all: Values): string | undefined {
  const region = all["aws:region"] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  return region === undefined ? undefined : String(region);
}

/** A region that the provider's SDK does not know yet is possible with the provider's own setting. */
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

/** AWS's services use keys of their own region only. */
export function checkKeyRegions(
  {
    network = {},
    cloudfront,
    waf,
    notices,
    database,
    clientVpn,
    services = [],
  }: Unchecked<StackConfig>,
  region: string | undefined,
  at: (key: string) => string,
): Problem[] {
  const flowLogs = "flowLogs" in network && network.flowLogs;
  const keys: readonly (readonly [key: string, arn: string | undefined])[] = [
    ["network.flowLogs.kmsKeyArn", typeof flowLogs === "object" ? flowLogs.kmsKeyArn : undefined],
    ["waf.logging.kmsKeyArn", waf?.logging?.kmsKeyArn],
    ["notices.kmsKeyArn", notices?.kmsKeyArn],
    ["database.kmsKeyArn", database?.kmsKeyArn],
    ["clientVpn.kmsKeyArn", clientVpn?.kmsKeyArn],
    ...services.flatMap((service, i) => {
      const images = service?.imageRepository ?? {};
      const volumes = (service?.volumes ?? []).map((volume, j) => {
        const efs = volume?.efs ?? {};
        const key = "kmsKeyArn" in efs ? efs.kmsKeyArn : undefined;
        return [`services[${i}].volumes[${j}].efs.kmsKeyArn`, key] as const;
      });
      return [
        [`services[${i}].logKmsKeyArn`, service?.logKmsKeyArn],
        [
          `services[${i}].imageRepository.kmsKeyArn`,
          "kmsKeyArn" in images ? images.kmsKeyArn : undefined,
        ],
        ...volumes,
      ] as const;
    }),
  ];
  const reads = ["aws:region", at("cloudfront")];
  return keys.flatMap(([key, arn]) =>
    checkKeyRegion(
      at(key),
      arn,
      cloudfront && key.startsWith("waf.")
        ? { region: cloudFrontRegion, is: "where CloudFront's firewalls log", reads }
        : { region, is: "the stack's region", reads },
    ),
  );
}

function checkKeyRegion(
  path: string,
  arn: string | undefined,
  wanted: { readonly region: string | undefined; readonly is: string; readonly reads: string[] },
): Problem[] {
  const { region, is, reads } = wanted;
  const [, , service, found] = arn?.split(":") ?? [];
  return region === undefined || service !== "kms" || found === region
    ? []
    : [
        {
          path,
          value: arn,
          allowed: `a key in ${region}, ${is}: this one is in ${found}`,
          fix: `aws kms list-aliases --region ${region} lists the keys there`,
          reads,
        },
      ];
}
