import assert from "node:assert/strict";
import { GitHubOidc } from "../../../components";
import { type TrustedJob, tokenSubjects, trustPolicy } from "../../../components/github/oidc";
import { isTrusted } from "../../../sandbox/github/gate/authorize";
import { childrenOf, only, run } from "../../harness";

const provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const job: TrustedJob = {
  owner: "octo-org",
  name: "octo-app",
  ownerId: 77,
  id: 4242,
  branch: "main",
  workflow: ".github/workflows/deploy-api-dev.yml",
};
const classic = "repo:octo-org/octo-app";
const immutable = "repo:octo-org@77/octo-app@4242";

describe("GitHubOidc", () => {
  const component = "slipway:github:GitHubOidc";
  const type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

  it("makes the identity provider, without a thumbprint", async () => {
    const { resources, outputs } = await run(() => new GitHubOidc("github").identityProviderArn);
    assert.deepEqual(childrenOf(resources, only(resources, component)), [`${type} github`]);
    assert.deepEqual(only(resources, type).inputs, {
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
    });
    assert.equal(outputs, provider);
  });

  it("adopts the account's, and makes nothing", async () => {
    const { resources, outputs } = await run(
      () => new GitHubOidc("github", { identityProvider: "adopt" }).identityProviderArn,
    );
    assert.deepEqual(
      resources.map((resource) => resource.type),
      [component],
    );
    assert.equal(outputs, provider);
  });
});

describe("tokenSubjects", () => {
  for (const [title, settings, context] of [
    ["a branch", {}, "ref:refs/heads/main"],
    ["a branch with a slash", { branch: "team/x" }, "ref:refs/heads/team/x"],
    ["an environment, whatever the branch", { environment: "dev" }, "environment:dev"],
  ] as const) {
    it(`of ${title}, in both of GitHub's forms`, async () => {
      assert.deepEqual(tokenSubjects({ ...job, ...settings }), [
        `${classic}:${context}`,
        `${immutable}:${context}`,
      ]);
    });
  }
});

describe("trustPolicy", () => {
  const withEnvironment = trustPolicy(provider, { ...job, environment: "dev" });
  const withoutEnvironment = trustPolicy(provider, job);

  it("holds audience and exact subjects, and no wildcard anywhere", async () => {
    assert.deepEqual(JSON.parse(withEnvironment), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: provider },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
              "token.actions.githubusercontent.com:sub": [
                `${classic}:environment:dev`,
                `${immutable}:environment:dev`,
              ],
            },
          },
        },
      ],
    });
    for (const policy of [withEnvironment, withoutEnvironment]) {
      assert.doesNotMatch(policy, /[*?]|StringLike|ForAnyValue/);
    }
  });

  const table: [policy: "environment" | "branch", sub: string, trusted: boolean, aud?: string][] = [
    ["environment", `${classic}:environment:dev`, true],
    ["environment", `${immutable}:environment:dev`, true],
    ["environment", `${classic}:environment:dev`, false, "https://github.com/octo-org"],
    ["environment", `${classic}:environment:prod`, false],
    ["environment", `${immutable}:environment:prod`, false],
    ["environment", `${classic}:environment:development`, false],
    ["environment", `${classic}:ref:refs/heads/main`, false],
    ["environment", `${classic}:pull_request`, false],
    ["environment", "repo:octo-org/other:environment:dev", false],
    ["environment", "repo:evil-org/octo-app:environment:dev", false],
    // The name was taken over after the repository was deleted: another id.
    ["environment", "repo:octo-org@77/octo-app@4243:environment:dev", false],
    ["environment", "repo:octo-org@78/octo-app@4242:environment:dev", false],
    ["branch", `${classic}:ref:refs/heads/main`, true],
    ["branch", `${immutable}:ref:refs/heads/main`, true],
    ["branch", `${classic}:ref:refs/heads/main`, false, "sigstore"],
    ["branch", `${classic}:ref:refs/heads/mainline`, false],
    ["branch", `${classic}:ref:refs/heads/feature`, false],
    ["branch", `${classic}:ref:refs/tags/main`, false],
    ["branch", `${classic}:environment:dev`, false],
    ["branch", `${classic}:pull_request`, false],
    ["branch", "repo:octo-org/octo-app-fork:ref:refs/heads/main", false],
  ];
  for (const [policy, sub, trusted, aud = "sts.amazonaws.com"] of table) {
    it(`of a job ${policy === "branch" ? "without" : "with"} environment ${trusted ? "trusts" : "does not trust"} ${sub} for ${aud}`, async () => {
      const trustPolicy = JSON.parse(
        policy === "environment" ? withEnvironment : withoutEnvironment,
      );
      const request = {
        roleArn: "arn:aws:iam::123456789012:role/api-deploy",
        trustPolicy,
        provider,
        issuer: "token.actions.githubusercontent.com",
      };
      assert.equal(await isTrusted({ ...request, claims: { aud, sub } }), trusted);
    });
  }

  it("trusts no token without subject or audience", async () => {
    const request = {
      roleArn: "arn:aws:iam::123456789012:role/api-deploy",
      trustPolicy: JSON.parse(withEnvironment),
      provider,
      issuer: "token.actions.githubusercontent.com",
    };
    assert.equal(await isTrusted({ ...request, claims: { aud: "sts.amazonaws.com" } }), false);
    const sub = `${classic}:environment:dev`;
    assert.equal(await isTrusted({ ...request, claims: { sub } }), false);
  });
});
