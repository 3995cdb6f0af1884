/** Amazon Cognito. */
import { createHash } from "node:crypto";
import type * as cognito from "@pulumi/aws/cognito";
import { accountOf } from "./account";
import { absent, accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

/** A made-up id in place of one that Cognito chooses. */
const idOf = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 9);

/** https://www.pulumi.com/registry/packages/aws/api-docs/cognito/userpool/ */
const userPool = kept<cognito.UserPoolArgs, cognito.UserPoolState>({
  type: "aws:cognito/userPool:UserPool",
  name: { property: "name" },
  properties: {
    ...replacing("name"),
    accountRecoverySetting: { computed: true, block: {} },
    adminCreateUserConfig: { computed: true, block: {} },
    autoVerifiedAttributes: { set: true },
    deletionProtection: { default: "INACTIVE" },
    mfaConfiguration: { default: "OFF" },
    passwordPolicy: { computed: true, block: {} },
    softwareTokenMfaConfiguration: { block: {} },
    usernameAttributes: { replace: true, set: true },
    usernameConfiguration: {
      block: { computed: ["caseSensitive"] },
      replace: (old, value) => old?.caseSensitive !== value?.caseSensitive,
    },
  },
  outputs: {
    ...stable("arn", "creationDate", "endpoint"),
    ...absent("", "customDomain", "domain", "lastModifiedDate"),
    ...absent(0, "estimatedNumberOfUsers"),
  },
  tagging: true,
  id: ({ name = "" }) => idOf(name),
  async state(aws, id) {
    return {
      arn: arnOf(aws.region, "cognito-idp", await accountOf(aws), `userpool/${id}`),
      creationDate: "",
      endpoint: `cognito-idp.${aws.region}.amazonaws.com/${id}`,
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/cognito/userpooldomain/ */
const userPoolDomain = kept<cognito.UserPoolDomainArgs, cognito.UserPoolDomainState>({
  type: "aws:cognito/userPoolDomain:UserPoolDomain",
  properties: replacing("domain", "userPoolId"),
  outputs: {
    ...stable("awsAccountId"),
    ...absent("", "cloudfrontDistribution", "cloudfrontDistributionArn"),
    ...absent("", "cloudfrontDistributionZoneId", "s3Bucket", "version"),
  },
  id: ({ domain }) => domain,
  state: async (aws) => ({ awsAccountId: await accountOf(aws) }),
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/cognito/userpoolclient/ */
const userPoolClient = kept<cognito.UserPoolClientArgs, cognito.UserPoolClientState>({
  type: "aws:cognito/userPoolClient:UserPoolClient",
  name: { property: "name" },
  pluginFramework: true,
  properties: {
    ...replacing("generateSecret", "userPoolId"),
    ...accepted("name"),
    allowedOauthFlows: { computed: true, set: true },
    allowedOauthFlowsUserPoolClient: { computed: true },
    allowedOauthScopes: { computed: true, set: true },
    callbackUrls: { computed: true, set: true },
    enableTokenRevocation: { computed: true },
    explicitAuthFlows: { computed: true, set: true },
    logoutUrls: { computed: true, set: true },
    preventUserExistenceErrors: { computed: true },
    supportedIdentityProviders: { computed: true, set: true },
  },
  outputs: stable("clientSecret"),
  id: ({ name = "", userPoolId }) => idOf(`${userPoolId} ${name}`),
  state: async (_, id) => ({ clientSecret: `secret-of-${id}` }),
});

export const resources = [userPool, userPoolClient, userPoolDomain];
