import { checkInZone, domainName } from "../load-balancer/check-domain";
import type { RuleArgs } from "../service/rule/settings";
import type { SignInOptions } from "../service/sign-in/settings";
import { certificate, checkCertificate } from "../shared/certificate";
import { checkRange, checkString, checkUnique } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkArnRegion } from "../shared/regional-arn";
import type { Unchecked } from "../shared/unchecked";
import { cloudFrontRegion } from "./plan";
import type { CloudFrontSettings } from "./settings";

/** The settings of the load balancer that the checks need. */
interface Before {
  readonly internal?: boolean | undefined;
  readonly https?:
    | Unchecked<{
        certificateArn: string;
        domain: string;
        alternativeNames: readonly string[];
      }>
    | undefined;
}

/** @param httpsPath the path of the load balancer's `https` */
export function checkCloudFront(
  settings: Unchecked<CloudFrontSettings>,
  { https }: Before,
  path: string,
  httpsPath: string,
): Problem[] {
  return [
    ...(https && "domain" in https
      ? checkTaken(settings, path, httpsPath)
      : checkAliases(settings, https !== undefined, path, httpsPath).map((problem) => ({
          ...problem,
          reads: [...(problem.reads ?? []), httpsPath],
        }))),
    ...checkOwnCertificate(settings.certificateArn, `${path}.certificateArn`),
    ...checkRange(
      `${path}.originReadTimeout`,
      settings.originReadTimeout,
      [1, 120],
      "seconds, CloudFront's bounds",
    ),
  ];
}

/** CloudFront takes the names of the load balancer; a second list could only contradict it. */
function checkTaken(
  settings: Unchecked<CloudFrontSettings>,
  path: string,
  https: string,
): Problem[] {
  return (["aliases", "zone", "certificateArn"] as const).flatMap((key) =>
    settings[key] === undefined
      ? []
      : [
          {
            path: `${path}.${key}`,
            value: settings[key],
            allowed: `nothing together with ${https}.domain: CloudFront gets the names and the zone of the load balancer, and a certificate for them`,
            fix: `remove it; to serve other names, change ${https}`,
            reads: [https],
          },
        ],
  );
}

function checkAliases(
  { aliases, zone, certificateArn }: Unchecked<CloudFrontSettings>,
  originHasCertificate: boolean,
  path: string,
  https: string,
): Problem[] {
  const [key, other] = [`${path}.aliases`, `${path}.zone`];
  if (aliases === undefined || aliases.length === 0) {
    const useless = zone ?? certificateArn;
    return [
      ...(useless !== undefined || aliases?.length === 0
        ? [
            {
              path: key,
              value: aliases,
              allowed: "at least one name for zone or certificateArn",
              fix: "add the name that users open, or remove all three for a name of CloudFront",
              reads: [other, `${path}.certificateArn`],
            },
          ]
        : []),
      ...(originHasCertificate && useless === undefined
        ? [
            {
              path: key,
              value: aliases,
              allowed: `names of the certificate in ${https}.certificateArn: CloudFront refuses the load balancer's certificate under other names`,
              fix: "add them, with zone or certificateArn",
            },
          ]
        : []),
    ];
  }
  return [
    ...(zone === undefined && certificateArn === undefined
      ? [
          {
            path: other,
            value: undefined,
            allowed: "the Route 53 zone of the aliases, or certificateArn in its place",
            fix: "add zone for a new certificate and DNS records, or certificateArn, a certificate in us-east-1",
            reads: [key, `${path}.certificateArn`],
          },
        ]
      : []),
    ...(zone !== undefined && certificateArn !== undefined
      ? [
          {
            path: `${path}.certificateArn`,
            value: certificateArn,
            allowed: "nothing together with zone, which means a new certificate",
            fix: "remove one of the two; without zone, you create the DNS records",
            reads: [other],
          },
        ]
      : []),
    ...aliases.flatMap((name, i) => checkName(name, zone, i, path)),
    ...checkUnique(
      aliases.map((name) => name?.toLowerCase()),
      (i) => `${key}[${i}]`,
      { allowed: (first) => `each name once: ${first} is the same`, fix: "remove one of them" },
    ),
  ];
}

function checkName(
  name: string | undefined,
  zone: string | undefined,
  index: number,
  path: string,
): Problem[] {
  const at = `${path}.aliases[${index}]`;
  return [
    ...checkString(at, name, {
      valid: (text) => domainName.test(text) && !(index === 0 && text.startsWith("*")),
      allowed: "a domain name, without scheme, port and path; the first one without a wildcard",
      fix: "for example app.example.com",
    }),
    ...checkInZone(name, zone, at, path),
  ];
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html */
function checkOwnCertificate(arn: string | undefined, path: string): Problem[] {
  const region = cloudFrontRegion;
  return [
    ...checkCertificate(path, arn, {
      where: region,
      fix: `aws acm list-certificates --region ${region} lists them; or set zone for a new one`,
    }),
    ...checkArnRegion(path, arn, certificate, { region, is: "from where CloudFront takes them" }),
  ];
}

/** The settings that decide which requests of users reach the load balancer. */
interface Distribution {
  readonly aliases: readonly string[];
  readonly internal: boolean;
  readonly apiPaths?: readonly string[] | undefined;
}

/** The settings of a service that the distribution's requests must match. */
interface ServiceBehind {
  readonly rule?: RuleArgs;
  readonly signIn?: Pick<SignInOptions, "openPaths">;
}

/** The load balancer itself answers here, after somebody has signed in: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html */
const callbackPath = "/oauth2/idpresponse";

/** Checks that a service gets requests of the distribution. */
export function checkServiceBehind(
  { rule = {}, signIn }: Unchecked<ServiceBehind>,
  path: string,
  distribution: Distribution,
): Problem[] {
  const { internal, apiPaths } = distribution;
  const { openPaths = [] } = signIn ?? {};
  const open = { hostHeaders: rule.hostHeaders, pathPatterns: openPaths };
  const isServed = apiPaths?.some((pattern) => matches(pattern, callbackPath)) ?? true;
  return [
    ...checkRuleBehind(rule, `${path}.rule`, distribution),
    ...(internal || openPaths.length === 0 ? [] : checkRoom(open, `${path}.signIn.openPaths`)),
    ...(signIn && !isServed
      ? [
          {
            path: `${path}.signIn`,
            value: apiPaths,
            allowed: `frontend.apiPaths with ${callbackPath}: the load balancer answers there after somebody has signed in`,
            fix: `add ${callbackPath} to frontend.apiPaths`,
          },
        ]
      : []),
  ];
}

/** Checks that a service's rule can get requests of the distribution. */
export function checkRuleBehind(
  rule: Unchecked<RuleArgs>,
  path: string,
  { aliases, internal, apiPaths }: Distribution,
): Problem[] {
  const { hostHeaders = [], pathPatterns = [] } = rule;
  return [
    ...(internal ? [] : checkRoom(rule, path)),
    ...hostHeaders.flatMap((host, i) =>
      checkString(`${path}.hostHeaders[${i}]`, host, {
        valid: (text) => aliases.some((alias) => meets(text, alias)),
        allowed: `a host that CloudFront serves: ${aliases.join(", ") || "it has no name of yours"}`,
        fix: "add it to the names of CloudFront, or correct it",
      }),
    ),
    ...pathPatterns.flatMap((pattern, i) =>
      checkString(`${path}.pathPatterns[${i}]`, pattern, {
        valid: (text) =>
          !apiPaths || apiPaths.some((one) => matches(one, text) || matches(text, one)),
        allowed: `a path that CloudFront sends to the services: ${apiPaths?.join(", ")}`,
        fix: "add it to frontend.apiPaths, or correct it",
      }),
    ),
  ];
}

/** The load balancer limits the number of values in a rule. CloudFront's header is one of these values. */
function checkRoom(
  { hostHeaders = [], pathPatterns = [] }: Unchecked<RuleArgs>,
  path: string,
): Problem[] {
  const paths = Math.max(pathPatterns.length, hostHeaders.length > 0 ? 0 : 1);
  return hostHeaders.length + paths !== 5
    ? []
    : [
        {
          path,
          value: [...hostHeaders, ...pathPatterns],
          allowed:
            "at most 4 hosts and paths together: the fifth value of the load balancer's limit is CloudFront's header",
          fix: "combine patterns with *, split the service, or set loadBalancer.internal, which needs no header",
        },
      ];
}

/** Whether a pattern of a rule and a name of the distribution, which can be a wildcard, have a host in common. */
function meets(pattern: string, alias: string): boolean {
  const [host, name] = [pattern.toLowerCase(), alias.toLowerCase()];
  return matches(host, name.replace(/^\*/, "x")) || matches(name, host);
}

function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`).test(text);
}
