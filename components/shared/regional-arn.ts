import type { Problem } from "./errors";

/** A kind of ARN that works in one region only. */
export interface RegionalKind {
  /** As in its ARNs: `kms`. */
  readonly service: string;
  /** `a key`. */
  readonly noun: string;
  /** How to get one of a region. */
  readonly fix: (region: string) => string;
}

/** The region that an ARN must have, and what this region is. */
export interface WantedRegion {
  readonly region: string;
  /** `the stack's region`. */
  readonly is: string;
}

/** Compares the region of an ARN. An ARN of another service has another mistake, which another check reports. */
export function checkArnRegion(
  path: string,
  arn: unknown,
  { service, noun, fix }: RegionalKind,
  { region, is }: WantedRegion,
): Problem[] {
  const [prefix, , found, its] = typeof arn === "string" ? arn.split(":") : [];
  return prefix !== "arn" || found !== service || !its || its === region
    ? []
    : [
        {
          path,
          value: arn,
          allowed: `${noun} in ${region}, ${is}: this one is in ${its}`,
          fix: fix(region),
        },
      ];
}
