/** AWS Certificate Manager: certificates that AWS issues, validated by DNS. */
import {
  ACM,
  type CertificateDetail,
  type DomainValidation,
  type KeyAlgorithm,
  type ValidationMethod,
  waitUntilCertificateValidated,
} from "@aws-sdk/client-acm";
import type * as acm from "@pulumi/aws/acm";
import type { AwsContext } from "./context";
import { type Resolved, resource } from "./definition";
import { fromTagList, toTagList } from "./tags";
import { sameValue } from "./values";

const output = { outputOnly: true, computed: true } as const;

/** https://www.pulumi.com/registry/packages/aws/api-docs/acm/certificate/ */
const certificate = resource<acm.CertificateArgs, acm.CertificateState>({
  type: "aws:acm/certificate:Certificate",
  properties: {
    // ForceNew in the provider's schema: a certificate covers the names that it was requested for.
    domainName: { computed: true, replace: true },
    keyAlgorithm: { computed: true, replace: true },
    options: output,
    subjectAlternativeNames: {
      computed: true,
      replace: true,
      // A set, to which ACM, and the provider in its diff, add the domain name.
      equal: (a, b, { domainName }) => sameValue(namesOf(a, domainName), namesOf(b, domainName)),
    },
    validationMethod: {
      computed: true,
      replace: true,
      validate: (method) => (method === "DNS" ? undefined : "must be DNS"),
    },
  },
  outputs: {
    arn: "stable",
    domainValidationOptions: "stable",
    notAfter: "stable",
    notBefore: "stable",
    pendingRenewal: "stable",
    renewalEligibility: "stable",
    renewalSummaries: "stable",
    status: "stable",
    type: "stable",
    validationEmails: "stable",
  },
  tagging: {
    add: (aws, _, tags, CertificateArn) =>
      client(aws).addTagsToCertificate({ CertificateArn, Tags: toTagList(tags) }),
    remove: (aws, _, keys, CertificateArn) =>
      client(aws).removeTagsFromCertificate({
        CertificateArn,
        Tags: keys.map((Key) => ({ Key })),
      }),
  },
  async create(aws, inputs, tags) {
    const names = inputs.subjectAlternativeNames ?? [];
    const { CertificateArn = "" } = await client(aws).requestCertificate({
      DomainName: inputs.domainName,
      KeyAlgorithm: inputs.keyAlgorithm as KeyAlgorithm | undefined,
      ValidationMethod: inputs.validationMethod as ValidationMethod | undefined,
      ...(names.length > 0 ? { SubjectAlternativeNames: names } : {}),
      ...(Object.keys(tags).length > 0 ? { Tags: toTagList(tags) } : {}),
    });
    return CertificateArn;
  },
  async read(aws, { id: CertificateArn }) {
    const found = await find(aws, CertificateArn);
    if (!found) return undefined;
    const { Tags } = await client(aws).listTagsForCertificate({ CertificateArn });
    return { properties: stateOf(found), tags: fromTagList(Tags) };
  },
  async delete(aws, { id: CertificateArn }) {
    await client(aws).deleteCertificate({ CertificateArn });
  },
});

function namesOf(names: readonly string[], domainName: unknown): string[] {
  return [...new Set([...names, String(domainName)])].sort();
}

function stateOf(found: CertificateDetail): Resolved<acm.CertificateState> {
  const { Options: options, DomainValidationOptions: validations = [] } = found;
  return {
    arn: found.CertificateArn,
    domainName: found.DomainName,
    domainValidationOptions: validations
      .map(validationOption)
      .sort((a, b) => (a.domainName < b.domainName ? -1 : 1)),
    keyAlgorithm: found.KeyAlgorithm?.replaceAll("-", "_"),
    notAfter: found.NotAfter?.toISOString(),
    notBefore: found.NotBefore?.toISOString(),
    options: {
      certificateTransparencyLoggingPreference:
        options?.CertificateTransparencyLoggingPreference ?? "ENABLED",
      export: options?.Export ?? "DISABLED",
    },
    pendingRenewal: false,
    renewalEligibility: found.RenewalEligibility,
    renewalSummaries: [],
    status: found.Status,
    subjectAlternativeNames: found.SubjectAlternativeNames,
    type: found.Type,
    validationEmails: [],
    validationMethod: validations[0]?.ValidationMethod ?? "NONE",
  };
}

function validationOption({
  DomainName: domainName = "",
  ResourceRecord: record,
}: DomainValidation) {
  return {
    domainName,
    resourceRecordName: record?.Name ?? "",
    resourceRecordType: record?.Type ?? "",
    resourceRecordValue: record?.Value ?? "",
  };
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/acm/certificatevalidation/ */
const validation = resource<acm.CertificateValidationArgs, acm.CertificateValidationState>({
  type: "aws:acm/certificateValidation:CertificateValidation",
  properties: {
    // ForceNew in the provider's schema. The records are its own affair: ACM knows nothing of them.
    certificateArn: { replace: true },
    validationRecordFqdns: { replace: true, set: true, local: true },
  },
  outputs: {},
  async create(aws, { certificateArn, validationRecordFqdns = [] }) {
    const found = await find(aws, certificateArn);
    if (found?.Type !== "AMAZON_ISSUED") {
      throw new Error(
        `ACM Certificate (${certificateArn}) has type ${found?.Type}, no validation necessary`,
      );
    }
    const missing = missingRecords(found, validationRecordFqdns);
    if (missing.length > 0) throw new Error(missing.join("\n"));
    const config = { client: client(aws), maxWaitTime: 75 * 60, minDelay: 1, maxDelay: 5 };
    await waitUntilCertificateValidated(config, { CertificateArn: certificateArn });
    const issued = await find(aws, certificateArn);
    return (issued?.IssuedAt ?? new Date(0)).toISOString();
  },
  async read(aws, { inputs: { certificateArn } }) {
    const found = certificateArn ? await find(aws, certificateArn) : undefined;
    return found?.Status === "ISSUED" ? { properties: { certificateArn } } : undefined;
  },
  // Nothing in AWS stands for it.
  async delete() {},
});

/** The provider checks, before it waits, that a record was given for every name. */
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
