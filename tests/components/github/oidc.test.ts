import assert from "node:assert/strict";
import { type TrustedJob, tokenSubjects, trustPolicy } from "../../../components/github/oidc";
import { GitHubOidc } from "../../../components/index";
import { isTrusted } from "../../../sandbox/github/gate/authorize";
import { claimsOf, type TokenRequest } from "../../../sandbox/github/oidc";
import { childrenOf, only, run } from "../../harness";

const provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const job: TrustedJob = {
  owner: "octo-org",
  name: "octo-app",
  ownerId: 77,
  id: 4242,
  refs: [{ type: "branch", name: "main" }],
  workflow: ".github/workflows/deploy-api-dev.yml",
};
const classic = "repo:octo-org/octo-app";
const immutable = "repo:octo-org@77/octo-app@4242";
const workflowRef = "octo-org/octo-app/.github/workflows/deploy-api-dev.yml@refs/heads/main";
const own: Record<string, string> = {
  aud: "sts.amazonaws.com",
  sub: `${classic}:environment:dev`,
  repository_id: "4242",
  ref: "refs/heads/main",
  job_workflow_ref: workflowRef,
  environment: "dev",
};

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
  it("consist of the template's claims, in its order", async () => {
    const keys = ["repository_owner_id", "repository_id", "context", "job_workflow_ref"] as const;
    assert.deepEqual(tokenSubjects({ ...job, environment: "dev", subjectKeys: keys }), [
      `repository_owner_id:77:repository_id:4242:environment:dev:job_workflow_ref:${workflowRef}`,
    ]);
    assert.deepEqual(tokenSubjects({ ...job, subjectKeys: ["repo", "ref"] }), [
      `${classic}:ref:refs/heads/main`,
      `${immutable}:ref:refs/heads/main`,
    ]);
  });

  for (const [title, settings, context] of [
    ["a branch", {}, "ref:refs/heads/main"],
    [
      "a branch with a slash",
      { refs: [{ type: "branch", name: "team/x" }] },
      "ref:refs/heads/team/x",
    ],
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

  it("contains the audience and exact subjects, and no wildcard anywhere", async () => {
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
              "token.actions.githubusercontent.com:repository_id": "4242",
              "token.actions.githubusercontent.com:ref": "refs/heads/main",
              "token.actions.githubusercontent.com:job_workflow_ref": workflowRef,
              "token.actions.githubusercontent.com:environment": "dev",
            },
          },
        },
      ],
    });
    for (const policy of [withEnvironment, withoutEnvironment]) {
      assert.doesNotMatch(policy, /[*?]|StringLike|ForAnyValue/);
    }
  });

  const isTrusting = (policy: "environment" | "branch", claims: Record<string, string>) =>
    isTrusted({
      roleArn: "arn:aws:iam::123456789012:role/api-deploy",
      trustPolicy: JSON.parse(policy === "environment" ? withEnvironment : withoutEnvironment),
      provider,
      issuer: "token.actions.githubusercontent.com",
      claims,
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
    // Somebody created a repository with the name of the deleted one: it has another id.
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
      assert.equal(await isTrusting(policy, { ...own, aud, sub }), trusted);
    });
  }

  it("trusts no token without one of the claims", async () => {
    assert.equal(await isTrusting("environment", own), true);
    for (const claim of Object.keys(own)) {
      const { [claim]: _, ...rest } = own;
      assert.equal(await isTrusting("environment", rest), false, claim);
    }
  });

  const request: TokenRequest = {
    fullName: "octo-org/octo-app",
    settings: { id: 4242, ownerId: 77, private: false, immutableSubject: false },
    event: "push",
    ref: "refs/heads/main",
    sha: "4f2a",
    baseRef: "",
    headRef: "",
    workflow: { name: "Deploy api to dev", file: job.workflow },
    runId: "1",
  };
  const jobs: [title: string, change: Partial<TokenRequest>, trusted: boolean][] = [
    ["the workflow's job", {}, true],
    ["a new repository of the same name", { settings: { ...request.settings, id: 4243 } }, false],
    ["another branch", { ref: "refs/heads/feature" }, false],
    ["a tag of the branch's name", { ref: "refs/tags/main" }, false],
    [
      "another workflow file on the branch",
      { workflow: { name: "Deploy api to dev", file: ".github/workflows/ci.yml" } },
      false,
    ],
  ];
  for (const [title, change, trusted] of jobs) {
    for (const policy of ["environment", "branch"] as const) {
      it(`${trusted ? "trusts" : "does not trust"} ${title}, ${policy === "branch" ? "without" : "with"} an environment`, async () => {
        const environment = policy === "environment" ? "dev" : undefined;
        const claims = claimsOf({ ...request, environment, ...change });
        const texts = Object.entries(claims).map(([claim, value]) => [claim, String(value)]);
        const token = { ...Object.fromEntries(texts), aud: "sts.amazonaws.com" };
        assert.equal(await isTrusting(policy, token), trusted);
      });
    }
  }
});
