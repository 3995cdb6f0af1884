import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  Cluster,
  FargateService,
  type FargateServiceArgs,
  ImageRepository,
  LoadBalancer,
  Network,
} from "../../../components/index";
import { resolveRule } from "../../../components/service/rule/settings";
import { resolveSignIn } from "../../../components/service/sign-in/settings";
import { SignIn, textUnder } from "../../../components/sign-in/sign-in";
import { attempt, only, type Recorded, type World } from "../../harness";
import { existingNetwork } from "../infrastructure";

const rule = "aws:lb/listenerRule:ListenerRule";
const group = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/${name}/1`;
const secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:okta-AbCdEf";
const session = {
  onUnauthenticatedRequest: "authenticate",
  scope: "openid email",
  sessionCookieName: "AWSELBAuthSessionCookie",
  sessionTimeout: 43200,
};
const oidc = {
  issuer: "https://octo.okta.com",
  authorizationEndpoint: "https://octo.okta.com/oauth2/v1/authorize",
  tokenEndpoint: "https://octo.okta.com/oauth2/v1/token",
  userInfoEndpoint: "https://octo.okta.com/oauth2/v1/userinfo",
  clientId: "0oa1",
};

type Settings = Pick<FargateServiceArgs, "signIn" | "rule" | "strategy" | "transform">;

function two(settings: Settings, { world, https = true }: { world?: World; https?: boolean } = {}) {
  return services(["api", "web"], settings, world, https);
}

/** Services on one load balancer; all get the settings. */
function services(names: readonly string[], settings: Settings, world?: World, https = true) {
  return attempt(() => {
    const network = new Network("dev", existingNetwork);
    const cluster = new Cluster("dev");
    const loadBalancer = new LoadBalancer("dev", {
      network,
      ...(https && { https: { domain: "Shop.example.com", zone: "example.com" } }),
    });
    for (const name of names) {
      const imageRepository = new ImageRepository(name);
      const parts = { network, cluster, loadBalancer, imageRepository };
      new FargateService(name, { ...parts, port: 80, ...settings });
    }
  }, world);
}

/** The service in ECS before the update. */
const found = (service: object): World => ({
  calls: {
    "aws:ssm/getParametersByPath:getParametersByPath": ({ path }) => ({
      path,
      names: [`${path}/image`, `${path}/release`, `${path}/service`],
      values: ["unreleased", "unreleased", JSON.stringify({ service: "api-1" })],
    }),
    "aws:ecs/getService:getService": () => ({
      status: "ACTIVE",
      capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
      deploymentConfigurations: [{}],
      deploymentControllers: [{ type: "ECS" }],
      ...service,
    }),
  },
});

const weights = ({ inputs }: Recorded) => {
  const actions = inputs.actions as {
    forward?: { targetGroups: { arn: string; weight: number }[] };
  }[];
  return actions.at(-1)?.forward?.targetGroups;
};

describe("sign-in at the load balancer", () => {
  it("with Cognito makes a user pool, its page and its client, and asks for a session before the forward", async () => {
    const { resources } = await two({
      signIn: { cognito: { domainPrefix: "shop-dev" }, openPaths: ["/webhooks/*"] },
      rule: { priority: 10 },
    });
    const pool = only(resources, "aws:cognito/userPool:UserPool", "api");
    assert.deepEqual(pool.inputs, {
      usernameAttributes: ["email"],
      usernameConfiguration: { caseSensitive: false },
      autoVerifiedAttributes: ["email"],
      accountRecoverySetting: { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] },
      adminCreateUserConfig: { allowAdminCreateUserOnly: true },
      passwordPolicy: {
        ...{ minimumLength: 12, requireLowercase: true, requireNumbers: true },
        ...{ requireSymbols: true, requireUppercase: true, temporaryPasswordValidityDays: 7 },
      },
      mfaConfiguration: "OPTIONAL",
      softwareTokenMfaConfiguration: { enabled: true },
      deletionProtection: "ACTIVE",
      tags: { "slipway:stack": "slipway/dev" },
    });
    assert.equal(pool.protect, true);
    assert.deepEqual(only(resources, "aws:cognito/userPoolDomain:UserPoolDomain", "api").inputs, {
      domain: "shop-dev",
      userPoolId: "api-id",
    });
    assert.deepEqual(only(resources, "aws:cognito/userPoolClient:UserPoolClient", "api").inputs, {
      userPoolId: "api-id",
      generateSecret: true,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["openid", "email"],
      callbackUrls: ["https://shop.example.com/oauth2/idpresponse"],
      logoutUrls: ["https://shop.example.com/"],
      supportedIdentityProviders: ["COGNITO"],
      explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      preventUserExistenceErrors: "ENABLED",
      enableTokenRevocation: true,
    });
    const forward = {
      type: "forward",
      forward: {
        targetGroups: [
          { arn: group("api"), weight: 100 },
          { arn: group("api-2"), weight: 0 },
        ],
      },
    };
    const rules = ["api-sign-in", "api-open"].map((name) => only(resources, rule, name));
    assert.deepEqual(
      rules.map(({ name, inputs, ignoreChanges }) => [name, inputs, ignoreChanges]),
      [
        [
          "api-sign-in",
          {
            listenerArn:
              "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/dev-https/1",
            priority: 9,
            conditions: [{ pathPattern: { values: ["/*"] } }],
            actions: [
              {
                type: "authenticate-cognito",
                authenticateCognito: {
                  userPoolArn: "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/api",
                  userPoolClientId: "api-id",
                  userPoolDomain: "shop-dev",
                  ...session,
                },
              },
              forward,
            ],
          },
          [],
        ],
        [
          "api-open",
          {
            listenerArn:
              "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/dev-https/1",
            priority: 8,
            conditions: [{ pathPattern: { values: ["/webhooks/*"] } }],
            actions: [forward],
          },
          [],
        ],
      ],
    );
    const service = only(resources, "aws:ecs/service:Service", "api");
    assert.deepEqual(
      rules.filter(({ urn }) => !service.dependencies.includes(urn)),
      [],
      "tasks may start before users must sign in",
    );
  });

  it("opens port 443 of the load balancer once, and without a sign-in never", async () => {
    const outbound = ({ resources }: { readonly resources: readonly Recorded[] }) =>
      resources
        .filter(({ type, inputs }) => type.includes("EgressRule") && inputs.fromPort === 443)
        .map(({ inputs }) => inputs);
    assert.deepEqual(outbound(await two({ signIn: { cognito: { domainPrefix: "shop" } } })), [
      {
        securityGroupId: "dev-load-balancer-id",
        cidrIpv4: "0.0.0.0/0",
        ...{ ipProtocol: "tcp", fromPort: 443, toPort: 443 },
      },
    ]);
    assert.deepEqual(outbound(await two({})), []);
  });

  it("takes the hosts of the rule for Cognito's callbacks, and its own options", async () => {
    const { resources } = await two({
      rule: { hostHeaders: ["API.example.com", "*.example.org"] },
      signIn: {
        cognito: {
          domainPrefix: "shop",
          ...{ selfSignUp: true, mfa: "required", deletionProtection: false },
        },
        ...{ scope: "openid profile", onUnauthenticatedRequest: "deny", sessionTimeout: 60 },
      },
    });
    const { inputs } = only(resources, "aws:cognito/userPoolClient:UserPoolClient", "api");
    assert.deepEqual(inputs.callbackUrls, ["https://api.example.com/oauth2/idpresponse"]);
    assert.deepEqual(inputs.allowedOauthScopes, ["openid", "profile"]);
    const pool = only(resources, "aws:cognito/userPool:UserPool", "api");
    assert.equal(pool.protect, false);
    assert.equal(pool.inputs.mfaConfiguration, "ON");
    assert.equal(pool.inputs.deletionProtection, "INACTIVE");
    assert.deepEqual(pool.inputs.adminCreateUserConfig, { allowAdminCreateUserOnly: false });
    const [action] = only(resources, rule, "api-sign-in").inputs.actions as [
      { authenticateCognito: object },
    ];
    assert.deepEqual(action.authenticateCognito, {
      ...{ userPoolArn: "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/api" },
      ...{ userPoolClientId: "api-id", userPoolDomain: "shop" },
      ...{ ...session, scope: "openid profile" },
      ...{ onUnauthenticatedRequest: "deny", sessionTimeout: 60 },
    });
  });

  it("uses a user pool of another program as it is", async () => {
    const userPoolArn = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_a";
    const { resources } = await two({
      signIn: {
        cognito: { existing: { userPoolArn, userPoolClientId: "1h57", userPoolDomain: "octo" } },
      },
    });
    assert.deepEqual(
      resources.filter(({ type }) => type.startsWith("aws:cognito/")),
      [],
    );
    const [action] = only(resources, rule, "api-sign-in").inputs.actions as [object];
    assert.deepEqual(action, {
      type: "authenticate-cognito",
      authenticateCognito: {
        ...{ userPoolArn, userPoolClientId: "1h57", userPoolDomain: "octo" },
        ...session,
      },
    });
  });

  it("reads the client's secret of another provider from Secrets Manager, as a secret", async () => {
    const clientSecret = `${secret}:clientSecret::`;
    const { resources, invokes } = await two({ signIn: { oidc: { ...oidc, clientSecret } } });
    const [action] = only(resources, rule, "api-sign-in").inputs.actions as [
      { authenticateOidc: { clientSecret: unknown } },
    ];
    assert.deepEqual(action.authenticateOidc, { ...oidc, ...session, clientSecret: "s3cr3t" });
    assert.ok(
      invokes.some(({ token }) => token === "aws:secretsmanager/getSecretVersion:getSecretVersion"),
      "nobody reads the secret",
    );
  });

  it("keeps the client's secret a secret, so that no preview shows it", async () => {
    let secrets: Promise<boolean> | undefined;
    await attempt(() => {
      const signIn = resolveSignIn({ oidc: { ...oidc, clientSecret: secret } });
      const { action } = new SignIn("api", {
        ...{ signIn, rule: resolveRule({}), url: pulumi.output("") },
      });
      const { authenticateOidc } = action as unknown as {
        authenticateOidc: { clientSecret: pulumi.Output<string> };
      };
      secrets = pulumi.isSecret(authenticateOidc.clientSecret);
    });
    assert.equal(await secrets, true);
  });

  it("names the missing key of the secret, and prints nothing of the secret", async () => {
    for (const text of ["s3cr3t", '{"other":"s3cr3t"}', '{"key":{"s3cr3t":1}}']) {
      assert.throws(() => textUnder(text, "key", "api"), {
        message:
          "Service api: the secret in signIn.oidc.clientSecret has no string under the key key",
      });
    }
  });

  it("sends requests to the target group that has the tasks", async () => {
    const world = found({ loadBalancers: [{ targetGroupArn: group("api-2"), containerPort: 80 }] });
    const live = [
      { arn: group("api"), weight: 0 },
      { arn: group("api-2"), weight: 100 },
    ];
    const on = await services(["api"], { signIn: { cognito: { domainPrefix: "shop" } } }, world);
    assert.deepEqual(weights(only(on.resources, rule, "api-sign-in")), live);
    // The rule without sign-in is new when sign-in goes.
    const off = await services(["api"], {}, world);
    assert.deepEqual(weights(only(off.resources, rule, "api")), live);
  });

  it("replaces the rule that lets everybody in", async () => {
    const { resources } = await two({ signIn: { cognito: { domainPrefix: "shop" } } });
    assert.deepEqual(
      resources
        .filter(({ type }) => type === rule)
        .map(({ name }) => name)
        .sort(),
      ["api-sign-in", "web-sign-in"],
    );
  });

  it("needs HTTPS", async () => {
    const { error, resources } = await two(
      { signIn: { cognito: { domainPrefix: "shop" } } },
      { https: false },
    );
    assert.match(
      String(error?.message),
      /args\.signIn[\s\S]*signs users in only on an HTTPS listener/,
    );
    assert.deepEqual(
      resources.filter(({ type }) => type.startsWith("aws:cognito/")),
      [],
    );
  });
});
