import assert from "node:assert/strict";
import { before } from "mocha";
import { type Caller, evaluate } from "../../../sandbox/github/gate/authorize";
import { json, only, runStack, stackConfig } from "../../harness";

const account = "123456789012";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:eu-central-1:${account}:${resource}`;
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;

const repository = arn("ecr", "repository/api");
const family = arn("ecs", "task-definition/slipway-dev-api");
const service = arn("ecs", "service/dev/api");
const cluster = arn("ecs", "cluster/dev");
const pointer = arn("ssm", "parameter/slipway/slipway/dev/api/image");
const record = arn("ssm", "parameter/slipway/slipway/dev/api/release");
const inCluster = { "ecs:cluster": cluster };
const toTasks = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
const onRegistration = {
  "ecs:CreateAction": "RegisterTaskDefinition",
  "aws:TagKeys": ["Project"],
  "aws:RequestTag/Project": "slipway",
};

type Call = readonly [
  action: string,
  resource: string,
  context?: Readonly<Record<string, string | string[]>>,
  why?: string,
];

/** Each call of the workflow, with the keys that AWS sets. */
const workflow: readonly Call[] = [
  ["ecr:GetAuthorizationToken", "*"],
  ["ecr:DescribeImages", repository],
  ["ecr:BatchCheckLayerAvailability", repository],
  ["ecr:InitiateLayerUpload", repository],
  ["ecr:UploadLayerPart", repository],
  ["ecr:CompleteLayerUpload", repository],
  ["ecr:PutImage", repository],
  ["ecr:BatchGetImage", repository],
  ["ecr:GetDownloadUrlForLayer", repository],
  ["ecs:DescribeTaskDefinition", "*"],
  ["ecs:RegisterTaskDefinition", `${family}:8`, { "ecs:task-cpu": "256" }],
  ["ecs:TagResource", `${family}:8`, onRegistration],
  ["iam:PassRole", role("api-execution"), toTasks],
  ["iam:PassRole", role("api-task"), toTasks],
  ["ecs:UpdateService", service, { ...inCluster, "ecs:task-definition": `${family}:8` }],
  ["ecs:DescribeServices", service, inCluster],
  ["ecs:ListTasks", arn("ecs", "container-instance/dev/*"), inCluster],
  ["ecs:DescribeTasks", arn("ecs", "task/dev/0a1b"), inCluster],
  ...[pointer, record].flatMap((parameter): Call[] => [
    ["ssm:GetParameters", parameter],
    ["ssm:PutParameter", parameter, { "ssm:Overwrite": "true" }],
  ]),
];

const otherCluster = { "ecs:cluster": arn("ecs", "cluster/prod") };
const otherFamily = arn("ecs", "task-definition/slipway-dev-web");
const ownFamily = { ...inCluster, "ecs:task-definition": `${family}:8` };

const foreign: readonly Call[] = [
  ["ecs:UpdateService", arn("ecs", "service/dev/web"), ownFamily, "another service"],
  [
    "ecs:UpdateService",
    arn("ecs", "service/dev/api-2"),
    ownFamily,
    "a service with a similar name",
  ],
  ["ecs:UpdateService", arn("ecs", "service/prod/api"), ownFamily, "another cluster's service"],
  [
    "ecs:UpdateService",
    service,
    { ...inCluster, "ecs:task-definition": `${otherFamily}:1` },
    "another family's task definition",
  ],
  [
    "ecs:UpdateService",
    service,
    { ...inCluster, "ecs:task-definition": `${family}-placeholder:1` },
    "the placeholder's task definition",
  ],
  ["ecs:DescribeServices", arn("ecs", "service/dev/web"), inCluster, "another service"],
  ["ecr:PutImage", arn("ecr", "repository/web"), {}, "another repository"],
  ["ecr:PutImage", arn("ecr", "repository/api-2"), {}, "a repository with a similar name"],
  ["ecr:BatchGetImage", arn("ecr", "repository/web"), {}, "another repository"],
  ["ecr:BatchDeleteImage", repository, {}, "deleting releases"],
  ["ecr:PutImageTagMutability", repository, {}, "moving tags"],
  ["ecr:DeleteRepository", repository, {}, "deleting the repository"],
  ["ecr:SetRepositoryPolicy", repository, {}, "sharing the repository"],
  ["ecs:RegisterTaskDefinition", `${otherFamily}:1`, {}, "another family"],
  ["ecs:RegisterTaskDefinition", `${family}-2:1`, {}, "a family with a similar name"],
  ["ecs:TagResource", `${otherFamily}:1`, onRegistration, "another family"],
  ["ecs:TagResource", `${family}:8`, {}, "tagging what is there"],
  ["ecs:TagResource", service, { "ecs:CreateAction": "CreateService" }, "tagging a service"],
  ["iam:PassRole", role("admin"), toTasks, "another role"],
  ["iam:PassRole", role("api-deploy"), toTasks, "itself"],
  ["iam:PassRole", role("api-task-2"), toTasks, "a role with a similar name"],
  ...["api-execution", "api-task"].flatMap((name): Call[] => [
    ["iam:PassRole", role(name), { "iam:PassedToService": "ec2.amazonaws.com" }, "to EC2"],
    ["iam:PassRole", role(name), { "iam:PassedToService": "lambda.amazonaws.com" }, "to Lambda"],
    ["iam:PassRole", role(name), {}, "to anyone"],
  ]),
  [
    "ssm:PutParameter",
    arn("ssm", "parameter/slipway/slipway/dev/web/image"),
    {},
    "another pointer",
  ],
  [
    "ssm:PutParameter",
    arn("ssm", "parameter/slipway/slipway/prod/api/image"),
    {},
    "prod's pointer",
  ],
  ["ssm:PutParameter", arn("ssm", "parameter/team/key"), {}, "another parameter"],
  [
    "ssm:PutParameter",
    arn("ssm", "parameter/slipway/slipway/dev/web/release"),
    {},
    "another record",
  ],
  [
    "ssm:GetParameters",
    arn("ssm", "parameter/slipway/slipway/dev/web/image"),
    {},
    "another pointer",
  ],
  ["ssm:GetParameters", arn("ssm", "parameter/team/key"), {}, "a secret"],
  ["ssm:GetParameter", arn("ssm", "parameter/team/key"), {}, "a secret"],
  ["ssm:DeleteParameter", pointer, {}, "deleting the pointer"],
  ["ssm:DeleteParameter", record, {}, "deleting the record"],
  ["secretsmanager:GetSecretValue", arn("secretsmanager", "secret:db-AbCdEf"), {}, "a secret"],
  ["ecs:ListTasks", arn("ecs", "container-instance/prod/*"), otherCluster, "another cluster"],
  ["ecs:DescribeTasks", arn("ecs", "task/prod/0a1b"), otherCluster, "another cluster's tasks"],
  ["ecs:DescribeTasks", arn("ecs", "task/dev-2/0a1b"), inCluster, "a cluster with a similar name"],
  ["ecs:DeregisterTaskDefinition", "*", {}, "removing revisions"],
  ["ecs:DeleteTaskDefinitions", `${family}:8`, {}, "removing revisions"],
  ["ecs:CreateService", service, ownFamily, "making a service"],
  ["ecs:DeleteService", service, inCluster, "deleting the service"],
  ["ecs:RunTask", `${family}:8`, inCluster, "a task beside the service"],
  ["ecs:StopTask", arn("ecs", "task/dev/0a1b"), inCluster, "stopping a task"],
  ["ecs:ExecuteCommand", arn("ecs", "task/dev/0a1b"), inCluster, "a shell in a task"],
  [
    "elasticloadbalancing:ModifyRule",
    arn("elasticloadbalancing", "listener-rule/app/dev/1/2/3"),
    {},
    "traffic",
  ],
  ["sts:AssumeRole", role("admin"), {}, "another role"],
  ...[
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "TagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
  ].flatMap((action): Call[] =>
    ["api-deploy", "api-task", "admin"].map((name) => [
      `iam:${action}`,
      role(name),
      {},
      "an IAM write",
    ]),
  ),
  ["iam:CreateUser", `arn:aws:iam::${account}:user/x`, {}, "an IAM write"],
  ["iam:CreateAccessKey", `arn:aws:iam::${account}:user/x`, {}, "an IAM write"],
  ["iam:CreatePolicy", `arn:aws:iam::${account}:policy/x`, {}, "an IAM write"],
  ["iam:CreatePolicyVersion", `arn:aws:iam::${account}:policy/x`, {}, "an IAM write"],
  [
    "iam:CreateOpenIDConnectProvider",
    `arn:aws:iam::${account}:oidc-provider/x`,
    {},
    "an IAM write",
  ],
  [
    "iam:AddClientIDToOpenIDConnectProvider",
    `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
    {},
    "an IAM write",
  ],
];

describe("the deploy role", () => {
  let caller: Caller;

  before(async () => {
    const { resources } = await runStack(stackConfig("Pulumi.dev.yaml"));
    const policy = only(resources, "aws:iam/rolePolicy:RolePolicy", "api-register");
    assert.equal(policy.inputs.role, "api-deploy");
    caller = {
      account,
      arn: `arn:aws:sts::${account}:assumed-role/api-deploy/deploy-api-dev`,
      roleArn: role("api-deploy"),
      policies: ["api-deploy", "api-register"].map((name) => ({
        name,
        policy: json(only(resources, "aws:iam/rolePolicy:RolePolicy", name), "policy"),
      })),
    };
  });

  it("may run a task that is no larger than the migration, and look for the image among earlier releases", async () => {
    const config = stackConfig("Pulumi.dev.yaml");
    const [api] = config["slipway:services"] as [object];
    const migration = { command: ["migrate"], cpu: 512, memory: 1024 };
    const { resources } = await runStack({
      ...config,
      "slipway:services": [{ ...api, migration }],
    });
    const policy = json<object>(
      only(resources, "aws:iam/rolePolicy:RolePolicy", "api-deploy"),
      "policy",
    );
    const migrating = { ...caller, policies: [{ name: "api-deploy", policy }] };
    const decide = (action: string, resource: string, context = {}) =>
      evaluate(migrating, { action, resource, context });
    const size = { "ecs:task-cpu": "512", "ecs:task-memory": "1024" };
    const run = `${family}:8`;
    const task = (context: object, resource = run) =>
      decide("ecs:RunTask", resource, { ...inCluster, ...size, ...context });
    assert.equal(await task({}), "Allowed");
    assert.equal(await decide("ssm:GetParameterHistory", pointer), "Allowed");
    assert.deepEqual(
      await Promise.all([
        task({}, arn("ecs", "task-definition/slipway-dev-web:8")),
        task(otherCluster),
        task({ "ecs:task-cpu": "1024" }),
        task({ "ecs:task-memory": "2048" }),
        task({ "ecs:enable-execute-command": "true" }),
        task({ "ecs:enable-ebs-volumes": "true" }),
        decide("ssm:GetParameterHistory", record),
        decide("ecs:StopTask", arn("ecs", "task/dev/0a1b"), inCluster),
      ]),
      Array(8).fill("ImplicitlyDenied"),
    );
  });

  const decision = ([action, resource, context]: Call) =>
    evaluate(caller, { action, resource, ...(context && { context }) });

  for (const call of workflow) {
    it(`may ${call[0]} on ${call[1]}`, async () => {
      assert.equal(await decision(call), "Allowed");
    });
  }

  for (const call of foreign) {
    it(`may not ${call[0]} on ${call[1]} (${call[3]})`, async () => {
      assert.equal(await decision(call), "ImplicitlyDenied");
    });
  }

  it("has the trust of its repository's environment, and no other policy", async () => {
    const { resources } = await runStack(stackConfig("Pulumi.dev.yaml"));
    const deploy = only(resources, "aws:iam/role:Role", "api-deploy");
    assert.deepEqual(Object.keys(deploy.inputs).sort(), [
      "assumeRolePolicy",
      "description",
      "maxSessionDuration",
    ]);
    assert.equal(deploy.inputs.maxSessionDuration, 3600);
    assert.equal(deploy.inputs.description, "Releases api from octo-org/octo-app");
    const [statement] = json<{ Statement: { Condition: unknown }[] }>(
      deploy,
      "assumeRolePolicy",
    ).Statement;
    assert.deepEqual(statement?.Condition, {
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": [
          "repo:octo-org/octo-app:environment:dev",
          "repo:octo-org@77/octo-app@4242:environment:dev",
        ],
        "token.actions.githubusercontent.com:repository_id": "4242",
        "token.actions.githubusercontent.com:ref": "refs/heads/main",
        "token.actions.githubusercontent.com:job_workflow_ref":
          "octo-org/octo-app/.github/workflows/deploy-api-dev.yml@refs/heads/main",
        "token.actions.githubusercontent.com:environment": "dev",
      },
    });
    const attached = resources.filter(
      ({ type, inputs }) => type.includes("PolicyAttachment") || inputs.managedPolicyArns,
    );
    assert.deepEqual(attached, []);
  });
});

describe("the deploy role under code-deploy", () => {
  const application = arn("codedeploy", "application:api");
  const group = arn("codedeploy", "deploymentgroup:api/api");
  const config = arn("codedeploy", "deploymentconfig:CodeDeployDefault.ECSAllAtOnce");
  let caller: Caller;

  before(async () => {
    const dev = stackConfig("Pulumi.dev.yaml");
    const [api] = dev["slipway:services"] as object[];
    const { resources } = await runStack({
      ...dev,
      "slipway:services": [{ ...api, strategy: "code-deploy" }],
    });
    caller = {
      account,
      arn: `arn:aws:sts::${account}:assumed-role/api-deploy/deploy-api-dev`,
      roleArn: role("api-deploy"),
      policies: ["api-deploy", "api-register"].map((name) => ({
        name,
        policy: json(only(resources, "aws:iam/rolePolicy:RolePolicy", name), "policy"),
      })),
    };
    // The termination wait is an hour by default: the credentials must be valid for longer.
    const { maxSessionDuration } = only(resources, "aws:iam/role:Role", "api-deploy").inputs;
    assert.ok(Number(maxSessionDuration) > 3600, `a session lasts only ${maxSessionDuration} s`);
  });

  const table: [string, string, "Allowed" | "ImplicitlyDenied"][] = [
    ["codedeploy:CreateDeployment", group, "Allowed"],
    ["codedeploy:GetDeployment", group, "Allowed"],
    ["codedeploy:GetDeploymentGroup", group, "Allowed"],
    ["codedeploy:GetDeploymentConfig", config, "Allowed"],
    ["codedeploy:RegisterApplicationRevision", application, "Allowed"],
    ["codedeploy:GetApplicationRevision", application, "ImplicitlyDenied"],
    [
      "codedeploy:CreateDeployment",
      arn("codedeploy", "deploymentgroup:api/web"),
      "ImplicitlyDenied",
    ],
    ["codedeploy:StopDeployment", "*", "ImplicitlyDenied"],
    ["codedeploy:UpdateDeploymentGroup", group, "ImplicitlyDenied"],
    // Only CodeDeploy puts a revision into the service.
    ["ecs:UpdateService", service, "ImplicitlyDenied"],
  ];
  for (const [action, resource, expected] of table) {
    it(`${expected === "Allowed" ? "may" : "may not"} ${action} on ${resource}`, async () => {
      assert.equal(await evaluate(caller, { action, resource }), expected);
    });
  }
});
