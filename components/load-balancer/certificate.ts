import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The arguments of a {@link Certificate}. */
export interface CertificateArgs {
  /** The certificate's first name: `app.example.com`. */
  readonly domain: string;
  /** Its further names; wildcards are allowed. */
  readonly alternativeNames: readonly string[];
  /** The Route 53 zone that gets the validation records. */
  readonly zoneId: pulumi.Input<string>;
}

/**
 * A certificate of AWS Certificate Manager, validated by DNS records. The records stay, so the certificate renews by itself.
 *
 * Cost: free.
 */
export class Certificate extends pulumi.ComponentResource {
  /** Resolves once the certificate is issued. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:load-balancer:Certificate", name, {}, opts);

    const certificate = new aws.acm.Certificate(
      name,
      {
        domainName: args.domain,
        subjectAlternativeNames: [...args.alternativeNames],
        validationMethod: "DNS",
      },
      { parent: this },
    );
    const records = validatedNames([args.domain, ...args.alternativeNames]).map((domain) =>
      this.createRecord(`${name}-${domain}`, domain, certificate, args.zoneId),
    );
    this.arn = new aws.acm.CertificateValidation(
      name,
      { certificateArn: certificate.arn, validationRecordFqdns: records.map(({ fqdn }) => fqdn) },
      { parent: this },
    ).certificateArn;
    this.registerOutputs({ arn: this.arn });
  }

  private createRecord(
    name: string,
    domain: string,
    certificate: aws.acm.Certificate,
    zoneId: pulumi.Input<string>,
  ): aws.route53.Record {
    const option = certificate.domainValidationOptions.apply((options) => {
      const found = options.find(({ domainName }) => withoutWildcard(domainName) === domain);
      if (!found) {
        throw new Error(`the certificate has no validation record for ${domain}`);
      }
      return found;
    });
    return new aws.route53.Record(
      name,
      {
        zoneId,
        name: option.resourceRecordName,
        type: option.resourceRecordType,
        records: [option.resourceRecordValue],
        ttl: 60,
      },
      { parent: this },
    );
  }
}

/** A name and its wildcard share one validation record. */
export function validatedNames(names: readonly string[]): string[] {
  return [...new Set(names.map(withoutWildcard))];
}

function withoutWildcard(name: string): string {
  return name.replace(/^\*\./, "");
}
