import assert from "node:assert/strict";
import { frontendStatements } from "../../../../components/github/frontend/role";
import { everything } from "../../../config/stacks";
import { childrenOf, gitHub, json, newRepository, only, runStack } from "../../../harness";
import { assertSnapshot } from "../../../snapshots/snapshot";
import { sites } from "../workflow/workflows";

const world = {
  calls: { "github:index/getRestApi:getRestApi": gitHub(newRepository) },
};

describe("the deployment of a site", () => {
  for (const [file, content] of sites) {
    it(`has the workflow of the snapshot: ${file}`, () => {
      assertSnapshot(file, content);
    });

    it(`builds without access to AWS, and publishes without the repository's code: ${file}`, () => {
      const [build = "", deploy = ""] = content.split(/^ {2}(?=deploy:)/m);
      assert.doesNotMatch(build, /id-token|secrets\./);
      assert.match(build, /npm ci && npm run build/);
      assert.doesNotMatch(deploy, /actions\/checkout@|npm /);
      assert.match(deploy, /id-token: write/);
    });
  }

  it("is a role, a secret, the names of the objects, and the file, which comes last", async () => {
    const { resources, outputs } = await runStack(everything, world, "everything");
    const deployment = only(resources, "slipway:github:FrontendDeployment");
    assert.deepEqual(childrenOf(resources, deployment), [
      "aws:iam/role:Role frontend-deploy",
      "aws:iam/rolePolicy:RolePolicy frontend-deploy",
      "github:index/repositoryFile:RepositoryFile frontend-main",
      "slipway:github:ActionsSettings frontend",
    ]);
    const file = only(resources, "github:index/repositoryFile:RepositoryFile", "frontend-main");
    assert.equal(file.inputs.file, ".github/workflows/deploy-frontend-everything.yml");
    const variable = resources.find(({ name }) => name === "frontend-SLIPWAY_FRONTEND");
    const secret = resources.find(({ name }) => name === "frontend-AWS_ROLE_TO_ASSUME_FRONTEND");
    assert.ok(variable && secret, "no variable, or no secret");
    assert.deepEqual(json(variable, "value"), {
      region: "eu-central-1",
      bucket: "everything-frontend",
      distribution: "everything-id",
      releasePointer: "/slipway/slipway/everything/frontend-release",
      url: "https://app.example.com",
    });
    assert.deepEqual((outputs as Record<string, unknown>).frontend, {
      repository: "octo-org/octo-app",
      bucket: "everything-frontend",
      releasePointer: "/slipway/slipway/everything/frontend-release",
      workflow: ".github/workflows/deploy-frontend-everything.yml",
    });
    for (const { urn } of [variable, secret]) {
      assert.ok(file.dependencies.includes(urn), `the file does not wait for ${urn}`);
    }
    const trust = String(
      only(resources, "aws:iam/role:Role", "frontend-deploy").inputs.assumeRolePolicy,
    );
    assert.match(trust, /deploy-frontend-everything\.yml@/);
    assert.doesNotMatch(trust, /deploy-api/);
  });

  it("has a role that can release only this site, and cannot delete a release", () => {
    const scope = {
      bucket: "arn:aws:s3:::site",
      distribution: "arn:aws:cloudfront::123456789012:distribution/E1",
      releasePointer:
        "arn:aws:ssm:eu-central-1:123456789012:parameter/slipway/s/dev/frontend-release",
    };
    assert.deepEqual(frontendStatements(scope), [
      { Action: "s3:ListBucket", Resource: scope.bucket },
      {
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: ["arn:aws:s3:::site/live/*", "arn:aws:s3:::site/releases/*"],
      },
      { Action: "s3:DeleteObject", Resource: "arn:aws:s3:::site/live/*" },
      {
        Action: ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
        Resource: scope.distribution,
      },
      { Action: "ssm:GetParameter", Resource: scope.releasePointer },
      {
        Action: "ssm:PutParameter",
        Resource: scope.releasePointer,
        Condition: { StringNotEquals: { "ssm:Policies": "true" } },
      },
    ]);
  });
});
