import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ResolvedRule } from "../service/rule/settings";
import { callbackHosts, clientSecret } from "../service/sign-in/check";
import type { OidcArgs, ResolvedSignIn } from "../service/sign-in/settings";
import { UserPool } from "./user-pool";

/** A listener rule's action that asks for a session. */
export type SignInAction = aws.types.input.lb.ListenerRuleAction;

export interface SignInComponentArgs {
  readonly signIn: ResolvedSignIn;
  /** The service's requests. */
  readonly rule: ResolvedRule;
  /** Where users reach the load balancer. */
  readonly url: pulumi.Output<string>;
}

/**
 * How the users of a service sign in at the load balancer: with a user pool of Cognito, which it creates, or at another identity provider.
 *
 * Cost: Cognito is free for 10,000 users who sign in within a month, then USD 0.015 for each. Other providers cost nothing here.
 */
export class SignIn extends pulumi.ComponentResource {
  /** The action that comes before the forward. */
  readonly action: SignInAction;
  /** The id of the user pool, for whoever invites users; undefined if this does not create one. */
  readonly userPoolId: pulumi.Output<string> | undefined;

  constructor(
    private readonly name: string,
    { signIn, rule, url }: SignInComponentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:sign-in:SignIn", name, {}, opts);
    const { onUnauthenticatedRequest, scope, sessionCookieName, sessionTimeout } = signIn;
    const session = { onUnauthenticatedRequest, scope, sessionCookieName, sessionTimeout };
    if ("oidc" in signIn) {
      const { clientSecret: reference, ...oidc } = signIn.oidc;
      this.action = {
        type: "authenticate-oidc",
        authenticateOidc: { ...oidc, clientSecret: this.secretOf(reference), ...session },
      };
    } else if ("existing" in signIn.cognito) {
      this.action = {
        type: "authenticate-cognito",
        authenticateCognito: { ...signIn.cognito.existing, ...session },
      };
    } else {
      const { domains = callbackHosts(rule.hostHeaders), ...cognito } = signIn.cognito;
      const hosts = domains.length > 0 ? domains : url.apply((address) => [new URL(address).host]);
      const pool = new UserPool(name, { ...cognito, hosts, scope }, { parent: this });
      this.userPoolId = pool.id;
      this.action = {
        type: "authenticate-cognito",
        authenticateCognito: { ...pool.client, ...session },
      };
    }
    this.registerOutputs();
  }

  /** A secret: encrypted in Pulumi's state, and hidden in previews. */
  private secretOf(reference: OidcArgs["clientSecret"]): pulumi.Output<string> {
    const [, secretId = reference, key] = clientSecret.exec(reference) ?? [];
    const version = aws.secretsmanager.getSecretVersionOutput({ secretId }, { parent: this });
    const text = pulumi.secret(version.secretString);
    return key === undefined ? text : text.apply((json) => textUnder(json, key, this.name));
  }
}

/** Returns the string under a key of a JSON secret. No error prints the secret. */
export function textUnder(text: string, key: string, service: string): string {
  let value: unknown;
  try {
    value = Reflect.get(JSON.parse(text), key);
  } catch {
    value = undefined;
  }
  if (typeof value !== "string") {
    throw new Error(
      `Service ${service}: the secret in signIn.oidc.clientSecret has no string under the key ${key}`,
    );
  }
  return value;
}
