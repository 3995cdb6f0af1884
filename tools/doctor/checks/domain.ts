import { Resolver } from "node:dns/promises";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../../../components/config";
import type { LoadBalancerSettings } from "../../../components/load-balancer";
import { ifExists } from "../../../components/shared/if-exists";
import { bad, type Check, check, good, unknown, type Verdict } from "../check";

type Https = NonNullable<LoadBalancerSettings["https"]>;

/** The HTTPS of a new load balancer. */
export function httpsOf({ loadBalancer = {} }: Pick<StackConfig, "loadBalancer">) {
  return "existing" in loadBalancer ? undefined : loadBalancer.https;
}

/** The zone, and whether the certificate can be validated in it. */
export function domainChecks(https: Https | undefined): Check[] {
  if (!https || !("zone" in https)) {
    return [];
  }
  const { zone: name, domain } = https;
  const find = () => ifExists(aws.route53.getZone({ name }));
  return [
    check({
      ...{ id: "domain zone", title: "Hosted zone", area: "AWS" },
      ask: find,
      judge: (zone) => judgeZone(name, zone),
      refused: (message) =>
        /multiple Route 53 Hosted Zones/.test(message)
          ? bad(
              `the account has several public zones ${name}`,
              "delete those whose name servers the registrar does not name",
            )
          : undefined,
    }),
    check({
      ...{ id: "domain certificate", title: "Certificate", area: "AWS" },
      async ask() {
        const [zone, published] = await Promise.all([find(), nameServers(name)]);
        return { zone, published };
      },
      judge: ({ zone, published }) =>
        judgeDelegation({ domain, name }, zone?.nameServers, published),
    }),
  ];
}

export function judgeZone(name: string, zone: { readonly zoneId: string } | undefined): Verdict {
  return zone
    ? good(`${name} is the public zone ${zone.zoneId}`)
    : bad(
        `the account has no public zone ${name}`,
        `correct loadBalancer.https.zone, or aws route53 create-hosted-zone --name ${name} --caller-reference 1, and set its name servers at the registrar`,
      );
}

/** ACM validates the certificate over public DNS. If the zone is not the published one, the update waits for over an hour and fails. */
export function judgeDelegation(
  { domain, name }: { readonly domain: string; readonly name: string },
  own: readonly string[] | undefined,
  published: readonly string[] | string,
): Verdict {
  if (!own) {
    return unknown("ACM validates it in the hosted zone, which does not exist: see Hosted zone");
  }
  if (typeof published === "string") {
    return unknown(
      `it is not known whether public DNS uses this zone for ${name}: ${published}`,
      `dig +short NS ${name} must show ${own.join(", ")}`,
    );
  }
  const normal = (servers: readonly string[]) =>
    servers.map((server) => server.replace(/\.$/, "").toLowerCase());
  const wanted = normal(own);
  const isOwn = normal(published).some((server) => wanted.includes(server));
  return isOwn
    ? good(`public DNS uses this zone, so ACM can validate the certificate of ${domain}`)
    : bad(
        `public DNS asks ${published.join(", ") || "no name server"} for ${name}, not this zone, so ACM cannot validate the certificate`,
        `at the registrar, set the name servers of ${name} to ${own.join(", ")}`,
      );
}

/** The name servers in public DNS, or why they are not known. */
async function nameServers(zone: string): Promise<readonly string[] | string> {
  if (process.env.AWS_ENDPOINT_URL) {
    return "AWS_ENDPOINT_URL names a server other than AWS, whose zones are not in public DNS";
  }
  try {
    return await new Resolver({ timeout: 3000, tries: 2 }).resolveNs(zone);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOTFOUND" || code === "ENODATA" ? [] : `DNS does not answer (${code})`;
  }
}

interface FoundCertificate {
  readonly status: string;
  readonly domainName: string;
  readonly subjectAlternativeNames: readonly string[];
  readonly notAfter: string;
}

/**
 * An existing certificate. Only a resource can be read by its ARN, and a failing read ends the program, so this check has a
 * program of its own.
 */
export function certificateCheck(
  https: Https | undefined,
  inOwnProgram: <T>(ask: () => Promise<T>) => Promise<T>,
): Check[] {
  if (!https || !("certificateArn" in https)) {
    return [];
  }
  const { certificateArn } = https;
  return [
    check({
      ...{ id: "domain certificate", title: "Certificate", area: "AWS" },
      ask: () => inOwnProgram(() => readCertificate(certificateArn)),
      judge: (found) => judgeCertificate(found, new Date()),
      refused: (text) =>
        /does not exist/.test(text)
          ? bad(
              "there is no such certificate in this account and region",
              "correct loadBalancer.https.certificateArn: aws acm list-certificates",
            )
          : undefined,
    }),
  ];
}

function readCertificate(arn: string): Promise<FoundCertificate> {
  const found = aws.acm.Certificate.get("certificate", arn);
  return new Promise((resolve) => {
    pulumi
      .all([found.status, found.domainName, found.subjectAlternativeNames, found.notAfter])
      .apply(([status, domainName, subjectAlternativeNames, notAfter]) =>
        resolve({ status, domainName, subjectAlternativeNames, notAfter }),
      );
  });
}

export function judgeCertificate(
  { status, domainName, subjectAlternativeNames, notAfter }: FoundCertificate,
  now: Date,
): Verdict {
  const names = [...new Set([domainName, ...subjectAlternativeNames])].join(", ");
  const expired = Date.parse(notAfter) < now.getTime();
  return status === "ISSUED" && !expired
    ? good(`it is issued for ${names}`)
    : bad(
        `the certificate of ${names} ${expired ? `expired at ${notAfter}` : `has the status ${status}`}`,
        "validate or renew it in ACM, or give loadBalancer.https a domain and a zone: Slipway then creates one",
      );
}
