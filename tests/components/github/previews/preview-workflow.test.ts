import assert from "node:assert/strict";
import {
  GitHubOidc,
  type GitHubRepository,
  type PreviewSettings,
  PreviewWorkflow,
} from "../../../../components/index";
import { attempt, json, only, type Recorded, run, setConfig } from "../../../harness";

const repository: GitHubRepository = {
  owner: "octo-org",
  name: "octo-app",
  id: 4242,
  ownerId: 77,
  defaultBranch: "trunk",
};
const settings: PreviewSettings = {
  backend: { type: "s3", url: "s3://octo-state?region=us-east-1", kmsKey: "alias/pulumi" },
  stacks: [
    {
      name: "dev",
      update: {
        role: {
          policies: ["arn:aws:iam::aws:policy/PowerUserAccess"],
          permissionsBoundary: "arn:aws:iam::123456789012:policy/limit",
        },
        environment: { reviewers: { users: [7] } },
      },
    },
    { name: "prod", role: "arn:aws:iam::222222222222:role/preview" },
  ],
};

const make = (changes: Partial<PreviewSettings> = {}, found?: GitHubRepository["found"]) => {
  setConfig({ "aws:region": "eu-central-1" });
  const args = { ...settings, ...changes, repository: { ...repository, ...(found && { found }) } };
  return new PreviewWorkflow("previews", { ...args, oidc: new GitHubOidc("github") });
};

const brief = (resources: readonly Recorded[]) =>
  resources
    .filter(({ custom, type }) => custom && !type.includes("OpenIdConnect"))
    .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
    .sort();

describe("PreviewWorkflow", () => {
  it("makes the two files, their roles, the environment and the secrets, and nothing else", async () => {
    const { resources, outputs } = await run(() => make().files);
    assert.deepEqual(outputs, [
      ".github/workflows/preview-slipway.yml",
      ".github/workflows/update-slipway.yml",
    ]);
    assert.deepEqual(brief(resources), [
      "ActionsEnvironmentSecret previews-update-dev-AWS_ROLE_TO_UPDATE_SLIPWAY_DEV",
      "ActionsSecret previews-preview-AWS_ROLE_TO_PREVIEW_SLIPWAY_DEV",
      "ActionsSecret previews-preview-AWS_ROLE_TO_PREVIEW_SLIPWAY_PROD",
      "RepositoryEnvironment previews-update-dev",
      "RepositoryEnvironmentDeploymentPolicy previews-update-dev",
      "RepositoryFile previews-preview",
      "RepositoryFile previews-update",
      "Role previews-preview-dev",
      "Role previews-update-dev",
      "RolePolicy previews-preview-dev",
      "RolePolicy previews-update-dev",
      "RolePolicyAttachment previews-update-dev-PowerUserAccess",
    ]);
    const { inputs } = only(
      resources,
      "github:index/repositoryFile:RepositoryFile",
      "previews-preview",
    );
    assert.equal(inputs.branch, "trunk");
    assert.match(
      String(inputs.content),
      /^# Written by Slipway .* of the stack dev of the project slipway\./,
    );
    assert.match(String(inputs.content), /AWS_REGION: eu-central-1/);
  });

  it("gives each secret its role's ARN, also another account's", async () => {
    const { resources } = await run(() => make());
    const secret = (name: string) =>
      resources.find(({ inputs }) => inputs.secretName === name)?.inputs.value;
    assert.equal(
      secret("AWS_ROLE_TO_PREVIEW_SLIPWAY_PROD"),
      "arn:aws:iam::222222222222:role/preview",
    );
    assert.match(String(secret("AWS_ROLE_TO_PREVIEW_SLIPWAY_DEV")), /:role\/previews-preview-dev$/);
  });

  it("limits the update's role and its environment as configured", async () => {
    const { resources } = await run(() => make());
    const role = only(resources, "aws:iam/role:Role", "previews-update-dev");
    assert.equal(role.inputs.permissionsBoundary, "arn:aws:iam::123456789012:policy/limit");
    const environment = only(resources, "github:index/repositoryEnvironment:RepositoryEnvironment");
    assert.deepEqual(environment.inputs.reviewers, [{ users: [7], teams: [] }]);
    assert.equal(environment.inputs.environment, "update-slipway-dev");
    const policy =
      "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
    assert.equal(only(resources, policy).inputs.branchPattern, "trunk");
  });

  it("without environments: the secrets of updates belong to the repository", async () => {
    const stacks = [{ name: "dev", update: { role: "arn:aws:iam::123456789012:role/update" } }];
    const { resources } = await run(() => make({ settings: "repository", stacks }));
    assert.deepEqual(brief(resources), [
      "ActionsSecret previews-preview-AWS_ROLE_TO_PREVIEW_SLIPWAY_DEV",
      "ActionsSecret previews-update-dev-AWS_ROLE_TO_UPDATE_SLIPWAY_DEV",
      "RepositoryFile previews-preview",
      "RepositoryFile previews-update",
      "Role previews-preview-dev",
      "RolePolicy previews-preview-dev",
    ]);
    const file = only(resources, "github:index/repositoryFile:RepositoryFile", "previews-update");
    assert.doesNotMatch(String(file.inputs.content), /environment:/);
  });

  it("without an update: one file", async () => {
    const { outputs } = await run(() => make({ stacks: [{ name: "dev" }] }).files);
    assert.deepEqual(outputs, [".github/workflows/preview-slipway.yml"]);
  });

  it("writes the files after what a run needs", async () => {
    const { resources } = await run(() => make());
    const file = only(resources, "github:index/repositoryFile:RepositoryFile", "previews-update");
    const needed = (file.dependencies ?? []).map((urn) => urn.split("::").at(-1));
    assert.ok(needed.includes("previews-update-dev"), needed.join());
    assert.ok(
      needed.some((name) => name?.startsWith("previews-preview-AWS_ROLE")),
      needed.join(),
    );
  });

  it("adds the user's statements to a preview's role", async () => {
    const statement = { Action: "sqs:GetQueueAttributes", Resource: "arn:aws:sqs:*:*:team-*" };
    const { resources } = await run(() => make({ stacks: [{ name: "dev", policy: [statement] }] }));
    const { Statement } = json<{ Statement: unknown[] }>(
      only(resources, "aws:iam/rolePolicy:RolePolicy"),
      "policy",
    );
    assert.deepEqual(Statement.at(-1), { Effect: "Allow", ...statement });
  });

  it("refuses settings before anything is made", async () => {
    const { error, resources } = await attempt(() => make({ stacks: [] }));
    assert.match(
      error?.message ?? "",
      /PreviewWorkflow "previews" has 1 mistake[\s\S]*args\.stacks/,
    );
    assert.deepEqual(brief(resources), []);
  });
});
