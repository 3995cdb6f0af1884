import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { cognitoDefaults } from "../service/defaults";
import type { CognitoArgs } from "../service/sign-in/settings";
import { stackTag } from "../shared/stack-tag";

export interface UserPoolArgs extends Omit<CognitoArgs, "domains"> {
  /** The host names that users open. */
  readonly hosts: pulumi.Input<readonly string[]>;
  /** The scopes that the load balancer asks for. */
  readonly scope: string;
}

/** A pool of users, its sign-in page, and the load balancer as its client. */
export class UserPool extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  /** What the load balancer's action names. */
  readonly client: Pick<
    aws.types.input.lb.ListenerRuleActionAuthenticateCognito,
    "userPoolArn" | "userPoolClientId" | "userPoolDomain"
  >;

  constructor(name: string, args: UserPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:sign-in:UserPool", name, {}, opts);
    const deletionProtection = args.deletionProtection ?? cognitoDefaults.deletionProtection;
    const mfa = args.mfa ?? cognitoDefaults.mfa;
    const pool = new aws.cognito.UserPool(
      name,
      {
        usernameAttributes: ["email"],
        usernameConfiguration: { caseSensitive: false },
        autoVerifiedAttributes: ["email"],
        accountRecoverySetting: {
          recoveryMechanisms: [{ name: "verified_email", priority: 1 }],
        },
        adminCreateUserConfig: {
          allowAdminCreateUserOnly: !(args.selfSignUp ?? cognitoDefaults.selfSignUp),
        },
        // https://docs.aws.amazon.com/securityhub/latest/userguide/cognito-controls.html#cognito-3
        passwordPolicy: {
          minimumLength: 12,
          requireLowercase: true,
          requireNumbers: true,
          requireSymbols: true,
          requireUppercase: true,
          temporaryPasswordValidityDays: 7,
        },
        mfaConfiguration: mfaConfiguration[mfa],
        ...(mfa !== "off" && { softwareTokenMfaConfiguration: { enabled: true } }),
        deletionProtection: deletionProtection ? "ACTIVE" : "INACTIVE",
        tags: { [stackTag]: `${pulumi.getProject()}/${pulumi.getStack()}` },
      },
      { parent: this, protect: deletionProtection },
    );
    const domain = new aws.cognito.UserPoolDomain(
      name,
      { domain: args.domainPrefix, userPoolId: pool.id },
      { parent: this },
    );
    const addresses = (path: string) =>
      pulumi
        .output(args.hosts)
        .apply((hosts) => hosts.map((host) => `https://${host.toLowerCase()}${path}`));
    const client = new aws.cognito.UserPoolClient(
      name,
      {
        userPoolId: pool.id,
        // The load balancer needs a secret and the code grant, and Cognito compares the callback in lower case:
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
        generateSecret: true,
        allowedOauthFlowsUserPoolClient: true,
        allowedOauthFlows: ["code"],
        allowedOauthScopes: args.scope.split(" "),
        callbackUrls: addresses("/oauth2/idpresponse"),
        logoutUrls: addresses("/"),
        supportedIdentityProviders: ["COGNITO"],
        // Users sign in only through the sign-in page.
        explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
        preventUserExistenceErrors: "ENABLED",
        enableTokenRevocation: true,
      },
      { parent: this },
    );
    this.id = pool.id;
    this.client = {
      userPoolArn: pool.arn,
      userPoolClientId: client.id,
      // Resolves once the page exists.
      userPoolDomain: domain.domain,
    };
    this.registerOutputs({ id: this.id });
  }
}

const mfaConfiguration = { off: "OFF", optional: "OPTIONAL", required: "ON" } as const;
