import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Certificate } from "./certificate";
import type { DomainArgs } from "./settings";

/** What a DNS alias points to: a load balancer, or a CloudFront distribution. */
export interface AliasTarget {
  /** The DNS name of the target. */
  readonly dnsName: pulumi.Input<string>;
  /** The hosted zone of the target's DNS name. */
  readonly zoneId: pulumi.Input<string>;
  /** Whether Route 53 answers only while the target is healthy. Not possible for CloudFront. */
  readonly evaluateTargetHealth: boolean;
}

/** The domain names of a load balancer, their certificate, and their DNS records. */
export class Domains {
  /** The names that users open. */
  readonly names: readonly string[];
  /** Resolves once the certificate is issued. */
  readonly certificateArn: pulumi.Output<string>;

  /** The hosted zone of the names. */
  readonly zoneId: pulumi.Output<string>;

  constructor(
    private readonly name: string,
    { domain, alternativeNames = [], zone }: DomainArgs,
    private readonly parent: pulumi.Resource,
  ) {
    this.names = [domain, ...alternativeNames];
    this.zoneId = aws.route53.getZoneOutput({ name: zone }, { parent }).zoneId;
    this.certificateArn = new Certificate(
      name,
      { domain, alternativeNames, zoneId: this.zoneId },
      { parent },
    ).arn;
  }

  /** Points the names to a target. */
  point(target: AliasTarget): aws.route53.Record[] {
    return aliasRecords(this.name, { names: this.names, zoneId: this.zoneId, target }, this.parent);
  }
}

/** Where alias records are, and where they point. */
export interface AliasRecordsArgs {
  readonly names: readonly string[];
  readonly zoneId: pulumi.Input<string>;
  readonly target: AliasTarget;
  /** The type of the records. @default "A" */
  readonly type?: "A" | "AAAA";
}

export function aliasRecords(
  prefix: string,
  { names, zoneId, target, type = "A" }: AliasRecordsArgs,
  parent: pulumi.Resource,
): aws.route53.Record[] {
  const { dnsName, ...alias } = target;
  return names.map(
    (name) =>
      new aws.route53.Record(
        `${prefix}-${name}${type === "A" ? "" : `-${type}`}`,
        { zoneId, name, type, aliases: [{ name: dnsName, ...alias }] },
        { parent },
      ),
  );
}
