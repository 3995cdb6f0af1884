import assert from "node:assert/strict";
import {
  ecrRepositoryArns,
  executionStatements,
  secretArn,
  trustOfTasks,
} from "../../../components/fargate-service/role-statements";
import type { ConfigurationError } from "../../../components/shared/errors";
import { childrenOf, json, only } from "../../harness";
import { runService } from "../infrastructure";

const role = "aws:iam/role:Role";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const component = "slipway:fargate-service:TaskRoles";
const location = { partition: "aws", region: "eu-central-1", account: "123456789012" };
const secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:team/db-AbCdEf";
const parameter = "arn:aws:ssm:eu-central-1:123456789012:parameter";
const login = { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" };
const pull = {
  Effect: "Allow",
  Action: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
  Resource: ["arn:aws:ecr:eu-central-1:123456789012:repository/api"],
};
const write = {
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:api:*",
};
const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });

describe("TaskRoles", () => {
  it("gives the application no permission that nobody asked for", async () => {
    const { resources } = await runService();
    assert.deepEqual(childrenOf(resources, only(resources, component)), [
      `${role} api-execution`,
      `${role} api-task`,
      `${rolePolicy} api-execution`,
    ]);
    const execution = only(resources, rolePolicy, "api-execution");
    assert.deepEqual(json(execution, "policy"), policy(login, pull, write));
  });

  it("lets only ECS tasks of this account and region assume them", async () => {
    const { resources } = await runService();
    const trust = policy({
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-central-1:123456789012:*" },
      },
    });
    for (const name of ["api-execution", "api-task"]) {
      assert.deepEqual(json(only(resources, role, name), "assumeRolePolicy"), trust);
    }
    assert.match(
      trustOfTasks({ ...location, partition: "aws-cn" }),
      /"arn:aws-cn:ecs:eu-central-1:123456789012:\*"/,
    );
  });

  it("lets ECS read exactly the secrets that the containers name", async () => {
    const { resources } = await runService({
      secrets: { URL: `${secret}:url::`, PASSWORD: `${secret}:password::`, KEY: "/team/key" },
      sidecars: [
        {
          name: "agent",
          image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/agent:1",
          secrets: { TOKEN: `${parameter}/team/token` },
        },
      ],
      executionRolePolicy: [{ Action: "kms:Decrypt", Resource: "arn:aws:kms:x:1:key/k" }],
    });
    assert.deepEqual(
      json(only(resources, rolePolicy, "api-execution"), "policy"),
      policy(
        login,
        {
          ...pull,
          Resource: [...pull.Resource, "arn:aws:ecr:eu-central-1:123456789012:repository/agent"],
        },
        write,
        { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: [secret] },
        {
          Effect: "Allow",
          Action: "ssm:GetParameters",
          Resource: [`${parameter}/team/key`, `${parameter}/team/token`],
        },
        { Effect: "Allow", Action: "kms:Decrypt", Resource: "arn:aws:kms:x:1:key/k" },
      ),
    );
  });

  it("gives the application the configured permissions, and ECS Exec its channels", async () => {
    const { resources } = await runService({
      taskRolePolicy: [{ Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::x" }],
      enableExecuteCommand: true,
    });
    const task = only(resources, rolePolicy, "api-task");
    assert.equal(task.inputs.role, "api-task");
    const channels = {
      Effect: "Allow",
      Action: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      Resource: "*",
    };
    assert.deepEqual(
      json(task, "policy"),
      policy({ Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::x" }, channels),
    );
    // The placeholder is not the application: it gets the channels, and nothing else.
    assert.deepEqual(
      json(only(resources, rolePolicy, "api-placeholder"), "policy"),
      policy(channels),
    );
    const placeholder = only(resources, "aws:ecs/taskDefinition:TaskDefinition", "api-placeholder");
    assert.equal(placeholder.inputs.taskRoleArn, "arn:aws:iam::123456789012:role/api-placeholder");
  });

  it("gives the placeholder no role without ECS Exec", async () => {
    const { resources } = await runService();
    const placeholder = only(resources, "aws:ecs/taskDefinition:TaskDefinition", "api-placeholder");
    assert.equal(placeholder.inputs.taskRoleArn, undefined);
  });
});

describe("secretArn", () => {
  for (const [reference, expected] of [
    [secret, secret],
    [`${secret}:key::`, secret],
    [`${secret}:key:AWSCURRENT:`, secret],
    ["/team/key", `${parameter}/team/key`],
    [`${parameter}/team/key`, `${parameter}/team/key`],
  ] as const) {
    it(`of ${reference}`, async () => {
      assert.equal(secretArn(reference, location), expected);
    });
  }
});

describe("ecrRepositoryArns", () => {
  it("knows private repositories, of any partition, once", async () => {
    const images = [
      "nginx",
      "public.ecr.aws/nginx/nginx:1",
      "210987654321.dkr.ecr.eu-west-1.amazonaws.com/a/b:1",
      "210987654321.dkr.ecr.eu-west-1.amazonaws.com/a/b@sha256:0",
    ];
    const neighbour = "arn:aws:ecs:eu-central-1:123456789012:cluster/dev";
    assert.deepEqual(ecrRepositoryArns(images, neighbour), [
      "arn:aws:ecr:eu-west-1:210987654321:repository/a/b",
    ]);
    assert.deepEqual(
      ecrRepositoryArns(
        ["210987654321.dkr.ecr.cn-north-1.amazonaws.com.cn/a:1"],
        neighbour.replace("aws", "aws-cn"),
      ),
      ["arn:aws-cn:ecr:cn-north-1:210987654321:repository/a"],
    );
  });
});

describe("executionStatements", () => {
  it("names no secret if there is none", async () => {
    const scope = { repositoryArns: [], logGroupArn: "arn", secrets: [] };
    assert.equal(executionStatements(location, scope).length, 3);
  });

  for (const reference of [`${parameter}/*`, secret.replace("AbCdEf", "??????")]) {
    it(`opens no other secret through ${reference}`, async () => {
      const scope = { repositoryArns: [], logGroupArn: "arn", secrets: [secret, reference] };
      assert.throws(
        () => executionStatements(location, scope),
        (error: ConfigurationError) => {
          assert.deepEqual(
            error.problems.map(({ path, value }) => [path, value]),
            [["secrets", reference]],
          );
          return true;
        },
      );
    });
  }
});
