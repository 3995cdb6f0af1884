import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The arguments of a {@link Certificate}. */
export interface CertificateArgs {
  /** The certificate's first name: `app.example.com`. */
  readonly domain: string;
  /** Its further names; wildcards are allowed. */
  readonly alternativeNames: readonly string[];
  /** The Route 53 zone that gets the validation records. @default they exist: a name has the same record in every region */
  readonly zoneId?: pulumi.Input<string> | undefined;
  /** The region of the certificate. CloudFront needs `us-east-1`. @default the provider's region */
  readonly region?: string;
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

    const { zoneId, region } = args;
    const place = region === undefined ? {} : { region };
    const certificate = new aws.acm.Certificate(
      name,
      {
        ...place,
        domainName: args.domain,
        subjectAlternativeNames: [...args.alternativeNames],
        validationMethod: "DNS",
      },
      { parent: this },
    );
    const names = validatedNames([args.domain, ...args.alternativeNames]);
    const records =
      zoneId &&
      names.map((domain) => this.createRecord(`${name}-${domain}`, domain, certificate, zoneId));
    this.arn = new aws.acm.CertificateValidation(
      name,
      {
        ...place,
        certificateArn: certificate.arn,
        ...(records && { validationRecordFqdns: records.map(({ fqdn }) => fqdn) }),
      },
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
