import { signInDefaults } from "../defaults";
import type { ResolvedRule } from "../rule/settings";

/** The options that both kinds of sign-in have. */
export interface SignInOptions {
  /**
   * Paths that need no sign-in, for example `/webhooks/*`. Each must be a path that the service's rule gets. At most 5 together with
   * the rule's hosts. The load balancer's own health checks need no entry: they do not pass the rule.
   * @default none
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
   */
  readonly openPaths?: readonly string[];
  /**
   * What a request without a session gets: a redirect to the sign-in page, a 401 (for an API), or the service (`allow`), which then
   * decides by itself.
   * @default "authenticate"
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
   */
  readonly onUnauthenticatedRequest?: "authenticate" | "deny" | "allow";
  /**
   * What the service learns about the user, separated by spaces: `openid email profile`.
   * @default "openid email"
   */
  readonly scope?: string;
  /**
   * The name of the session's cookie. Two services with the same host and different users need different names.
   * @default "AWSELBAuthSessionCookie"
   */
  readonly sessionCookieName?: string;
  /**
   * Seconds until a user must sign in again, 1 to 604800.
   * @default 43200 (12 hours)
   */
  readonly sessionTimeout?: number;
}

/** Users sign in with Amazon Cognito. */
export interface CognitoSignIn extends SignInOptions {
  /** A new user pool, or an existing one. */
  readonly cognito: CognitoArgs | ExistingCognitoArgs;
}

/** Users sign in with another identity provider that speaks OpenID Connect: Okta, Entra ID, Google, Auth0, Keycloak. */
export interface OidcSignIn extends SignInOptions {
  /** The identity provider. */
  readonly oidc: OidcArgs;
}

/** Users sign in at the load balancer, before a request reaches the service. */
export type SignInArgs = CognitoSignIn | OidcSignIn;

/** A new user pool. */
export interface CognitoArgs {
  /**
   * The beginning of the sign-in page's address, `https://<domainPrefix>.auth.<region>.amazoncognito.com`. No other user pool of the
   * region may have it, in any account. A change replaces the address.
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
   */
  readonly domainPrefix: string;
  /**
   * The host names that users open, without wildcards.
   * @default the hosts of the service's rule without wildcards; otherwise the load balancer's domain
   */
  readonly domains?: readonly string[];
  /**
   * Whether everybody may create an account. Otherwise an administrator invites users.
   * @default false
   */
  readonly selfSignUp?: boolean;
  /**
   * Whether users sign in with a code of an authenticator app, too.
   * @default "optional"
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
   */
  readonly mfa?: "off" | "optional" | "required";
  /**
   * Whether Pulumi (`protect`) and AWS refuse to delete or replace the user pool with its users. Before an update that deletes or
   * replaces it, set this to `false` and run `pulumi up`.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/** A user pool of this account and region, which Slipway does not change. */
export interface ExistingCognitoArgs {
  /** The user pool and its client. */
  readonly existing: ExistingUserPool;
}

/** A user pool and its client. The client has a secret, the code grant, and the callback `https://<domain>/oauth2/idpresponse`. */
export interface ExistingUserPool {
  /** The ARN of the user pool: `arn:aws:cognito-idp:…:userpool/…` */
  readonly userPoolArn: string;
  /** The client's id. */
  readonly userPoolClientId: string;
  /** The prefix of the user pool's domain, or its own domain. */
  readonly userPoolDomain: string;
}

/** An identity provider. Its page `<issuer>/.well-known/openid-configuration` has the addresses. */
export interface OidcArgs {
  /** The provider's address, `https://…`, exactly as in its tokens. */
  readonly issuer: string;
  /** The page to which users are sent. */
  readonly authorizationEndpoint: string;
  /** Where the load balancer gets tokens. */
  readonly tokenEndpoint: string;
  /** Where the load balancer asks who the user is. */
  readonly userInfoEndpoint: string;
  /** The client's id. Its callback is `https://<domain>/oauth2/idpresponse`. */
  readonly clientId: string;
  /**
   * The ARN of a Secrets Manager secret with the client's secret; with `:key::` for one key of a JSON secret. An update reads it, and
   * hands a new value to the load balancer.
   */
  readonly clientSecret: string;
}

/** A sign-in with a value for every argument. */
export type ResolvedSignIn = Required<SignInOptions> & (CognitoSignIn | OidcSignIn);

export function resolveSignIn(signIn: SignInArgs): ResolvedSignIn {
  return {
    ...signInDefaults,
    ...signIn,
    openPaths: signIn.openPaths ?? [],
  };
}

/** The requests that need no sign-in. */
export function openRule(rule: ResolvedRule, openPaths: readonly string[]): ResolvedRule {
  return { hostHeaders: rule.hostHeaders, pathPatterns: openPaths };
}
