import { checkRange, checkString, checkUnique } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import { checkPathPatterns } from "../rule/check";
import { getsPath } from "../rule/patterns";
import type { RuleArgs } from "../rule/settings";
import type { ResolvedStrategy } from "../strategy/resolve";
import type {
  CognitoArgs,
  ExistingCognitoArgs,
  ExistingUserPool,
  OidcArgs,
  SignInOptions,
} from "./settings";

/** A sign-in of either kind, before its checks. */
export type CheckedSignIn = Unchecked<
  SignInOptions & {
    readonly cognito?: CognitoArgs & ExistingCognitoArgs;
    readonly oidc?: OidcArgs;
  }
>;

/** The settings of the service that a sign-in must fit. */
interface Beside {
  readonly strategy: ResolvedStrategy;
  readonly rule: Unchecked<RuleArgs> | undefined;
}

/** @param path the service's path */
export function checkSignIn(
  signIn: CheckedSignIn,
  { strategy, rule = {} }: Beside,
  path: string,
): Problem[] {
  const at = `${path}.signIn`;
  const { cognito, oidc } = signIn;
  return [
    ...checkProviders(signIn, at),
    ...checkStrategyOf(strategy, path),
    ...checkOpenPaths(signIn.openPaths ?? [], rule, path),
    ...checkPriority(rule.priority, path),
    ...checkSession(signIn, at),
    ...(cognito?.existing
      ? checkExisting(cognito.existing, `${at}.cognito.existing`)
      : cognito
        ? checkCognito(cognito, rule, path)
        : []),
    ...(oidc ? checkOidc(oidc, `${at}.oidc`) : []),
  ];
}

/** The type allows exactly one of the two, but not every program is type-checked. */
function checkProviders({ cognito, oidc }: CheckedSignIn, path: string): Problem[] {
  return (cognito === undefined) === (oidc === undefined)
    ? [
        {
          path,
          value: [cognito && "cognito", oidc && "oidc"].filter(Boolean),
          allowed: "cognito or oidc: where users sign in",
          fix: cognito ? "remove one of them" : "add cognito: { domainPrefix: my-app }",
        },
      ]
    : [];
}

/**
 * ECS fails a deployment if its rule has an action in addition to the forward, see "Limitations" in
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html. CodeDeploy's rollback removes the other
 * action, so everybody would get in without signing in:
 * https://blog.youyo.info/post/2018/12/28/blue-green-deployment-for-ecs-is-not-support-to-alb-listener-rules-added-cognito-authenticate/
 */
function checkStrategyOf({ type }: ResolvedStrategy, path: string): Problem[] {
  return type === "rolling"
    ? []
    : [
        {
          path: `${path}.signIn`,
          value: type,
          allowed:
            type === "code-deploy"
              ? "nothing with code-deploy: its rollback removes the sign-in from the rule"
              : `nothing with ${type}: ECS fails a deployment whose rule has a sign-in`,
          fix: "use the strategy rolling, or sign users in in the application",
          reads: [`${path}.strategy`],
        },
      ];
}

function checkOpenPaths(
  openPaths: readonly (string | undefined)[],
  { hostHeaders = [], pathPatterns }: Unchecked<RuleArgs>,
  path: string,
): Problem[] {
  const at = `${path}.signIn.openPaths`;
  const reads = [`${path}.rule`];
  const problems = checkPathPatterns(openPaths, at);
  if (hostHeaders.length + openPaths.length > 5) {
    problems.push({
      path: at,
      value: openPaths,
      allowed: "at most 5 together with the rule's hosts, the load balancer's limit per rule",
      fix: "combine paths with *",
      reads,
    });
  }
  return [
    ...problems,
    ...checkUnique(openPaths, (i) => `${at}[${i}]`, {
      allowed: (first) => `each path once: ${first} is the same`,
      fix: "remove it",
    }),
    ...openPaths.flatMap((open, i) =>
      checkString(`${at}[${i}]`, open, {
        valid: (text) => !text.startsWith("/") || getsPath(pathPatterns, text),
        allowed: `a path that the service gets: ${pathPatterns?.join(", ")}`,
        fix: "correct it, or add the path to rule.pathPatterns",
      })
        .concat(
          checkString(`${at}[${i}]`, open, {
            valid: (text) =>
              !(pathPatterns?.length ? pathPatterns : ["/*"]).every((own = "") =>
                getsPath([text], own),
              ),
            allowed: "a part of the service's paths: this one opens them all",
            fix: "remove signIn, or name only the paths that need no sign-in",
          }),
        )
        .map((problem) => ({ ...problem, reads })),
    ),
  ];
}

/** Checks the priority. The rules of the sign-in and of the open paths have the two numbers before it. */
function checkPriority(priority: number | undefined, path: string): Problem[] {
  return priority === 1 || priority === 2
    ? [
        {
          path: `${path}.rule.priority`,
          value: priority,
          allowed: "3 or more with signIn: its rules have the two numbers before it",
          fix: "the nearest is 3",
          reads: [`${path}.signIn`],
        },
      ]
    : [];
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html */
function checkSession({ scope, sessionCookieName, sessionTimeout }: CheckedSignIn, path: string) {
  return [
    ...checkString(`${path}.scope`, scope, {
      valid: (text) =>
        text.split(" ").includes("openid") && /^[\w.:/-]+(?: [\w.:/-]+)*$/.test(text),
      allowed: "scopes, separated by one space, with openid among them",
      fix: "for example openid email",
    }),
    ...checkString(`${path}.sessionCookieName`, sessionCookieName, {
      valid: /^[\w.-]{1,64}$/,
      allowed: "at most 64 letters, digits, and the characters _ . -",
      fix: "for example api-session",
    }),
    ...checkRange(`${path}.sessionTimeout`, sessionTimeout, [1, 604800], "seconds"),
  ];
}

function checkCognito(
  { domainPrefix, domains }: Unchecked<CognitoArgs>,
  { hostHeaders = [] }: Unchecked<RuleArgs>,
  path: string,
): Problem[] {
  const at = `${path}.signIn.cognito`;
  return [
    ...checkString(`${at}.domainPrefix`, domainPrefix, {
      // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html
      valid: (text) =>
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text) && !/aws|amazon|cognito/.test(text),
      allowed:
        "at most 63 lower-case letters, digits and hyphens, no hyphen at either end, without aws, amazon and cognito",
      fix: "for example my-app-dev: no other user pool of the region may have it",
    }),
    ...(domains ?? []).flatMap((domain, i) =>
      checkString(`${at}.domains[${i}]`, domain, {
        valid: /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/,
        allowed: "a host name in lower case, without wildcard, scheme, port and path",
        fix: "for example app.example.com",
      }),
    ),
    ...(domains === undefined && hostHeaders.length > 0 && callbackHosts(hostHeaders).length === 0
      ? [
          {
            path: `${at}.domains`,
            value: undefined,
            allowed:
              "the host names that users open: Cognito accepts no wildcards, and the rule has only wildcards",
            fix: "add them, for example domains: [app.example.com]",
            reads: [`${path}.rule`],
          },
        ]
      : []),
  ];
}

/** The hosts to which Cognito may send a user back. */
export function callbackHosts(hostHeaders: readonly (string | undefined)[]): string[] {
  return hostHeaders.flatMap((host) =>
    host === undefined || /[*?]/.test(host) ? [] : [host.toLowerCase()],
  );
}

function checkExisting(
  { userPoolArn, userPoolClientId, userPoolDomain }: Unchecked<ExistingUserPool>,
  path: string,
): Problem[] {
  return [
    ...checkString(`${path}.userPoolArn`, userPoolArn, {
      valid: /^arn:[\w-]+:cognito-idp:[\w-]+:\d{12}:userpool\/[\w-]+$/,
      allowed: "the ARN of a Cognito user pool: arn:aws:cognito-idp:…:userpool/…",
      fix: "aws cognito-idp describe-user-pool --user-pool-id … --query UserPool.Arn prints it",
    }),
    ...checkString(`${path}.userPoolClientId`, userPoolClientId, {
      valid: /^[\w+]{1,128}$/,
      allowed: "the id of a client of the user pool",
      fix: "aws cognito-idp list-user-pool-clients --user-pool-id … lists them",
    }),
    ...checkString(`${path}.userPoolDomain`, userPoolDomain, {
      valid: /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/,
      allowed: "the prefix of the user pool's domain, or its own domain, without scheme",
      fix: "aws cognito-idp describe-user-pool --user-pool-id … --query UserPool.Domain prints it",
    }),
  ];
}

const endpoints = ["issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint"] as const;

function checkOidc(oidc: Unchecked<OidcArgs>, path: string): Problem[] {
  return [
    ...endpoints.flatMap((key) =>
      checkString(`${path}.${key}`, oidc[key], {
        valid: (text) => isHttps(text),
        allowed: "an address with https and a public certificate, without a query",
        fix: "<issuer>/.well-known/openid-configuration has it",
      }),
    ),
    ...checkString(`${path}.clientId`, oidc.clientId, {
      valid: /^\S+$/,
      allowed: "the client's id at the identity provider, not empty",
      fix: "the provider's console has it",
    }),
    ...checkString(`${path}.clientSecret`, oidc.clientSecret, {
      valid: clientSecret,
      allowed: "the ARN of a Secrets Manager secret, with :key:: for one key of a JSON secret",
      fix: "store the client's secret there: aws secretsmanager create-secret --name … --secret-string file://…. A secret that was in this file is not secret any more",
    }),
  ];
}

/** A secret's ARN, and the key in its JSON. */
export const clientSecret =
  /^(arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+)(?::([^:*?\p{Cc}]+)::)?$/u;

function isHttps(text: string): boolean {
  try {
    const { protocol, search, hash } = new URL(text);
    return protocol === "https:" && !search && !hash;
  } catch {
    return false;
  }
}
