/** AWS Certificate Manager: certificates that AWS issues, validated by DNS. */
import {
  ACM,
  type CertificateDetail,
  type DomainValidation,
  waitUntilCertificateValidated,
} from "@aws-sdk/client-acm";
import type * as acm from "@pulumi/aws/acm";
import { toPascal } from "../kit/casing";
import { fromTags, toTagList } from "../kit/tags";
import { sameValue } from "../kit/values";
import type { AwsContext } from "./context";
import { absent, outputOnly, resource, stable } from "./definition";

// ForceNew in the provider's schema: a certificate covers the names that it was requested for.
const chosen = { computed: true, replace: true } as const;

/** https://www.pulumi.com/registry/packages/aws/api-docs/acm/certificate/ */
const certificate = resource<acm.CertificateArgs, acm.CertificateState>({
  type: "aws:acm/certificate:Certificate",
  properties: {
    domainName: chosen,
    keyAlgorithm: chosen,
    subjectAlternativeNames: {
      ...chosen,
      // A set. ACM and the provider's diff add the domain name to it.
      equal: (a, b, { domainName }) => sameValue(namesOf(a, domainName), namesOf(b, domainName)),
    },
    validationMethod: {
      ...chosen,
      validate: (method) => (method === "DNS" ? undefined : "must be DNS"),
    },
    ...outputOnly(
      { certificateTransparencyLoggingPreference: "ENABLED", export: "DISABLED" },
      "options",
    ),
  },
  outputs: {
    ...stable("arn", "domainValidationOptions", "notAfter", "notBefore"),
    ...stable("renewalEligibility", "status", "type"),
    ...absent(false, "pendingRenewal"),
    ...absent([], "renewalSummaries", "validationEmails"),
  },
  tagging: {
    add: (aws, { id: CertificateArn }, tags) =>
      client(aws).addTagsToCertificate({ CertificateArn, Tags: toTagList(tags) }),
    remove: (aws, { id: CertificateArn }, keys) =>
      client(aws).removeTagsFromCertificate({ CertificateArn, Tags: keys.map((Key) => ({ Key })) }),
  },
  async create(aws, { subjectAlternativeNames: names = [], ...inputs }, tags) {
    const { CertificateArn } = await client(aws).requestCertificate({
      ...toPascal<{ DomainName: string }>(inputs),
      ...(names.length > 0 ? { SubjectAlternativeNames: names } : {}),
      Tags: toTagList(tags),
    });
    return CertificateArn;
  },
  async read(aws, { id: CertificateArn }) {
    const found = await find(aws, CertificateArn);
    if (!found) return undefined;
    const tags = fromTags(await client(aws).listTagsForCertificate({ CertificateArn }));
    return { found, properties: stateOf(found), tags };
  },
  delete: (aws, { id: CertificateArn }) => client(aws).deleteCertificate({ CertificateArn }),
});

function namesOf(names: readonly string[], domainName: unknown): string[] {
  return [...new Set([...names, String(domainName)])].sort();
}

function stateOf(found: CertificateDetail) {
  const { Options: options, DomainValidationOptions: validations = [] } = found;
  const inOrder = validations
    .map(validationOption)
    .sort((a, b) => (a.domainName < b.domainName ? -1 : 1));
  return {
    arn: found.CertificateArn,
    domainValidationOptions: inOrder,
    keyAlgorithm: found.KeyAlgorithm?.replaceAll("-", "_"),
    options: {
      certificateTransparencyLoggingPreference:
        options?.CertificateTransparencyLoggingPreference ?? "ENABLED",
      export: options?.Export ?? "DISABLED",
    },
    validationMethod: validations[0]?.ValidationMethod ?? "NONE",
  };
}

function validationOption({ DomainName, ResourceRecord: record }: DomainValidation) {
  return {
    domainName: DomainName ?? "",
    resourceRecordName: record?.Name ?? "",
    resourceRecordType: record?.Type ?? "",
    resourceRecordValue: record?.Value ?? "",
  };
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/acm/certificatevalidation/ */
const validation = resource<acm.CertificateValidationArgs, acm.CertificateValidationState>({
  type: "aws:acm/certificateValidation:CertificateValidation",
  properties: {
    // ForceNew in the provider's schema. Only the provider uses the records; ACM does not know them.
    certificateArn: { replace: true },
    validationRecordFqdns: { replace: true, set: true, local: true },
  },
  outputs: {},
  async create(aws, { certificateArn: CertificateArn, validationRecordFqdns = [] }) {
    const found = await find(aws, CertificateArn);
    if (found?.Type !== "AMAZON_ISSUED") {
      throw new Error(
        `ACM Certificate (${CertificateArn}) has type ${found?.Type}, no validation necessary`,
      );
    }
    const missing = missingRecords(found, validationRecordFqdns);
    if (missing.length > 0) throw new Error(missing.join("\n"));
    const config = { client: client(aws), maxWaitTime: 75 * 60, minDelay: 1, maxDelay: 5 };
    await waitUntilCertificateValidated(config, { CertificateArn });
    const issued = await find(aws, CertificateArn);
    return (issued?.IssuedAt ?? new Date(0)).toISOString();
  },
  async read(aws, { inputs: { certificateArn } }) {
    const found = certificateArn ? await find(aws, certificateArn) : undefined;
    return found?.Status === "ISSUED" ? { properties: { certificateArn } } : undefined;
  },
  // AWS has no object for this resource.
  async delete() {},
});

/** Before it waits, the provider checks that there is a record for every name. */
function missingRecords(
  { DomainValidationOptions = [] }: CertificateDetail,
  fqdns: readonly string[],
): string[] {
  if (fqdns.length === 0) return [];
  const given = fqdns.map(withoutDot);
  return DomainValidationOptions.map((option) => [option.DomainName, option.ResourceRecord?.Name])
    .filter(([, name]) => name && !given.includes(withoutDot(name)))
    .map(([domain, name]) => `missing ${domain} DNS validation record: ${withoutDot(name ?? "")}`);
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "");
}

function client(aws: AwsContext): ACM {
  return aws.client(ACM);
}

async function find(aws: AwsContext, CertificateArn: string) {
  return (await client(aws).describeCertificate({ CertificateArn })).Certificate;
}

export const resources = [certificate, validation];
