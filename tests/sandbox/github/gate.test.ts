import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Caller, denial, isTrusted, requiredPermissions } from "../../../sandbox/github/gate";
import { parseCall } from "../../../sandbox/github/gate/calls";
import { completed } from "../../../sandbox/github/gate/complete";
import { keyPolicy } from "../../../sandbox/github/gate/keys";

const ACCOUNT = "100000000001";
const REGION = "eu-west-1";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

function permissions(call: string, input: Record<string, unknown>) {
  const [service = "", operation = ""] = call.split(":");
  return requiredPermissions({ service, operation, input, region: REGION, account: ACCOUNT });
}

/** Completes calls with the answers of an emulator that records what it is asked. */
async function withEmulator(
  answers: Readonly<Record<string, unknown>>,
  test: (
    complete: (call: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>,
    asked: readonly string[],
  ) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const operation =
      String(request.headers["x-amz-target"] ?? "AssumeRole")
        .split(".")
        .at(-1) ?? "";
    asked.push(operation);
    const credentials = "<AccessKeyId>a</AccessKeyId><SecretAccessKey>s</SecretAccessKey>";
    const answer =
      operation === "AssumeRole"
        ? `<AssumeRoleResponse><AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`
        : JSON.stringify(answers[operation]);
    request.resume().on("end", () => response.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const complete = async (call: string, input: Record<string, unknown>) => {
    const [service = "", operation = ""] = call.split(":");
    const known = { service, operation, input, region: REGION, account: ACCOUNT };
    return { ...(await completed(known, endpoint)).input };
  };
  try {
    await test(complete, asked);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe("permissions of calls", () => {
  const cluster = { "ecs:cluster": arn("ecs", "cluster/dev") };

  it("names the service, and its new task definition", () => {
    assert.deepEqual(
      permissions("ecs:UpdateService", {
        cluster: "dev",
        service: "api",
        taskDefinition: "family:3",
      }),
      [
        {
          action: "ecs:UpdateService",
          resource: arn("ecs", "service/dev/api"),
          context: { ...cluster, "ecs:task-definition": arn("ecs", "task-definition/family:3") },
        },
      ],
    );
  });

  it("passes the roles and tags the revision when a task definition is registered", () => {
    const resource = arn("ecs", "task-definition/family:*");
    const tags = { "aws:RequestTag/stack": "dev", "aws:TagKeys": ["stack"] };
    const passed = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
    assert.deepEqual(
      permissions("ecs:RegisterTaskDefinition", {
        family: "family",
        cpu: "256",
        memory: "512",
        taskRoleArn: role("task"),
        executionRoleArn: role("execution"),
        tags: [{ key: "stack", value: "dev" }],
      }),
      [
        {
          action: "ecs:RegisterTaskDefinition",
          resource,
          context: { ...tags, "ecs:task-cpu": "256", "ecs:task-memory": "512" },
        },
        {
          action: "ecs:TagResource",
          resource,
          context: { ...tags, "ecs:CreateAction": "RegisterTaskDefinition" },
        },
        { action: "iam:PassRole", resource: role("task"), context: passed },
        { action: "iam:PassRole", resource: role("execution"), context: passed },
      ],
    );
  });

  for (const [call, title, input, keys] of [
    ["UpdateService", "nothing that the request leaves out", {}, {}],
    [
      "UpdateService",
      "what the deploy action leaves empty",
      { enableECSManagedTags: null, propagateTags: null, volumeConfigurations: [] },
      { "ecs:enable-ebs-volumes": "false" },
    ],
    [
      "UpdateService",
      "the network",
      {
        networkConfiguration: {
          awsvpcConfiguration: { subnets: ["subnet-1"], assignPublicIp: "ENABLED" },
        },
      },
      { "ecs:subnet": ["subnet-1"], "ecs:auto-assign-public-ip": "true" },
    ],
    [
      "UpdateService",
      "what is turned on",
      {
        enableExecuteCommand: true,
        enableECSManagedTags: true,
        propagateTags: "SERVICE",
        serviceConnectConfiguration: { enabled: true, namespace: "ns" },
        vpcLatticeConfigurations: [{}],
        volumeConfigurations: [{}],
        capacityProviderStrategy: [{ capacityProvider: "FARGATE" }],
      },
      {
        "ecs:enable-execute-command": "true",
        "ecs:enable-ecs-managed-tags": "true",
        "ecs:propagate-tags": "SERVICE",
        "ecs:enable-service-connect": "true",
        "ecs:namespace": "ns",
        "ecs:enable-vpc-lattice": "true",
        "ecs:enable-ebs-volumes": "true",
        "ecs:capacity-provider": [arn("ecs", "capacity-provider/FARGATE")],
      },
    ],
    [
      "RegisterTaskDefinition",
      "sizes in either notation",
      { cpu: ".5 vCPU", memory: "2GB" },
      { "ecs:task-cpu": "512", "ecs:task-memory": "2048" },
    ],
    [
      "RegisterTaskDefinition",
      "one privileged container",
      {
        requiresCompatibilities: ["EC2"],
        containerDefinitions: [{ privileged: false }, { privileged: true }],
      },
      { "ecs:compute-compatibility": ["EC2"], "ecs:privileged": "true" },
    ],
  ] as const) {
    it(`has the condition keys of ${call}: ${title}`, () => {
      const target = { cluster: "dev", service: "api", family: "api" };
      const [found] = permissions(`ecs:${call}`, { ...target, ...input }) ?? [];
      assert.deepEqual(found?.context, { ...(call === "UpdateService" && cluster), ...keys });
    });
  }

  it("accepts ARNs where names are allowed", () => {
    assert.deepEqual(
      permissions("ecs:DescribeServices", {
        cluster: arn("ecs", "cluster/dev"),
        services: [arn("ecs", "service/dev/api")],
      }),
      [
        {
          action: "ecs:DescribeServices",
          resource: arn("ecs", "service/dev/api"),
          context: cluster,
        },
      ],
    );
  });

  it("names parameters with and without a leading slash, and whether one is overwritten", () => {
    assert.deepEqual(permissions("ssm:PutParameter", { Name: "/a/b", Overwrite: true }), [
      {
        action: "ssm:PutParameter",
        resource: arn("ssm", "parameter/a/b"),
        context: { "ssm:Overwrite": "true", "ssm:Policies": "false" },
      },
    ]);
    const [expiring] = permissions("ssm:PutParameter", { Name: "a", Policies: "[]" }) ?? [];
    assert.equal(expiring?.context?.["ssm:Policies"], "true");
    assert.deepEqual(permissions("ssm:GetParameter", { Name: "a" }), [
      { action: "ssm:GetParameter", resource: arn("ssm", "parameter/a") },
    ]);
  });

  describe("to CodeDeploy", () => {
    const group = { applicationName: "app", deploymentGroupName: "group" };
    const groupArn = arn("codedeploy", "deploymentgroup:app/group");
    for (const [operation, input, resource] of [
      ["GetDeploymentGroup", group, groupArn],
      ["GetDeployment", { deploymentId: "d-1", ...group }, groupArn],
      ["ContinueDeployment", { deploymentId: "d-1", ...group }, groupArn],
      [
        "GetDeployment",
        { deploymentId: "d-2" },
        arn("codedeploy", "deploymentgroup:unknown/unknown"),
      ],
      [
        "GetDeploymentConfig",
        { deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce" },
        arn("codedeploy", "deploymentconfig:CodeDeployDefault.ECSAllAtOnce"),
      ],
      ["RegisterApplicationRevision", group, arn("codedeploy", "application:app")],
      ["GetApplicationRevision", group, arn("codedeploy", "application:app")],
    ] as const) {
      it(`${operation} names ${resource.split(":").slice(5).join(":")}`, () => {
        const action = `codedeploy:${operation}`;
        assert.deepEqual(permissions(action, input), [{ action, resource }]);
      });
    }

    it("CreateDeployment reads the configuration and registers the revision as well", () => {
      const input = { ...group, deploymentConfigName: "linear" };
      assert.deepEqual(permissions("codedeploy:CreateDeployment", input), [
        { action: "codedeploy:CreateDeployment", resource: groupArn },
        {
          action: "codedeploy:GetDeploymentConfig",
          resource: arn("codedeploy", "deploymentconfig:linear"),
        },
        {
          action: "codedeploy:RegisterApplicationRevision",
          resource: arn("codedeploy", "application:app"),
        },
      ]);
    });

    it("is completed with values that only the emulator knows", async () => {
      const answers = {
        GetDeployment: { deploymentInfo: group },
        GetDeploymentGroup: { deploymentGroupInfo: { deploymentConfigName: "linear" } },
      };
      await withEmulator(answers, async (complete, asked) => {
        assert.deepEqual(await complete("codedeploy:GetDeployment", { deploymentId: "d-1" }), {
          deploymentId: "d-1",
          ...group,
        });
        const created = await complete("codedeploy:CreateDeployment", group);
        assert.equal(created.deploymentConfigName, "linear");
        assert.deepEqual(await complete("codedeploy:GetDeploymentGroup", group), group);
        assert.deepEqual(asked, [
          "AssumeRole",
          "GetDeployment",
          "AssumeRole",
          "GetDeploymentGroup",
        ]);
      });
    });
  });

  it("to KMS name the key of the ciphertext, with its aliases", async () => {
    const id = "11111111-2222-3333-4444-555555555555";
    const answers = { ListAliases: { Aliases: [{ AliasName: "alias/pulumi" }] } };
    const CiphertextBlob = Buffer.from(`${id}and more`).toString("base64");
    await withEmulator(answers, async (complete) => {
      assert.deepEqual(
        permissions("kms:Decrypt", await complete("kms:Decrypt", { CiphertextBlob })),
        [
          {
            action: "kms:Decrypt",
            resource: arn("kms", `key/${id}`),
            context: { "kms:ResourceAliases": ["alias/pulumi"] },
          },
        ],
      );
    });
  });

  it("needs none for GetCallerIdentity, and does not know calls outside the table", () => {
    assert.deepEqual(permissions("sts:GetCallerIdentity", {}), []);
    assert.equal(permissions("iam:CreateUser", {}), undefined);
  });
});

describe("authorization", () => {
  const caller = (...statements: object[]): Caller => ({
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/run`,
    roleArn: role("deploy"),
    account: ACCOUNT,
    policies: [{ name: "deploy", policy: { Version: "2012-10-17", Statement: statements } }],
  });
  const register = permissions("ecs:RegisterTaskDefinition", { family: "family" }) ?? [];
  const allowed = (Resource: string) => ({
    Effect: "Allow",
    Action: "ecs:RegisterTaskDefinition",
    Resource,
  });

  it("allows what a policy allows", async () => {
    const resource = arn("ecs", "task-definition/family:*");
    assert.equal(await denial(caller(allowed(resource)), register), undefined);
  });

  it("denies what none allows, in AWS's words", async () => {
    const resource = arn("ecs", "task-definition/other:*");
    assert.equal(
      await denial(caller(allowed(resource)), register),
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/deploy/run is not authorized to perform: ` +
        `ecs:RegisterTaskDefinition on resource: ${arn("ecs", "task-definition/family:*")} ` +
        "because no identity-based policy allows the ecs:RegisterTaskDefinition action",
    );
  });

  it("does not apply a policy for one revision to the next", async () => {
    const resource = arn("ecs", "task-definition/family:7");
    assert.match((await denial(caller(allowed(resource)), register)) ?? "", /not authorized/);
  });

  it("allows a KMS key by its aliases: the key's own policy leaves this to the roles", async () => {
    const Resource = arn("kms", "key/*");
    const decrypt = permissions("kms:Decrypt", {
      KeyId: "1",
      aliases: ["alias/other", "alias/pulumi"],
    });
    assert.ok(decrypt, "the gate does not know kms:Decrypt");
    const resourcePolicy = keyPolicy(ACCOUNT, decrypt);
    const admitted = (alias: string) => {
      const Condition = { "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias } };
      const statement = { Effect: "Allow", Action: "kms:Decrypt", Resource, Condition };
      return denial({ ...caller(statement), resourcePolicy }, decrypt);
    };
    assert.equal(await admitted("alias/pulumi"), undefined);
    assert.match((await admitted("alias/prod")) ?? "", /not authorized to perform: kms:Decrypt/);
  });

  it("lets an explicit deny win", async () => {
    const deny = { Effect: "Deny", Action: "ecs:*", Resource: "*" };
    assert.match(
      (await denial(caller(allowed("*"), deny), register)) ?? "",
      /with an explicit deny in an identity-based policy$/,
    );
  });
});

describe("trust", () => {
  const issuer = "token.actions.githubusercontent.com";
  const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}`;
  const claims = { aud: "sts.amazonaws.com", sub: "repo:acme/api:environment:dev" };
  const trust = (Condition: object, Federated = provider) => ({
    roleArn: role("deploy"),
    provider,
    issuer,
    claims,
    trustPolicy: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition,
        },
      ],
    },
  });
  const aud = { [`${issuer}:aud`]: "sts.amazonaws.com" };

  const cases: [title: string, condition: object, trusted: boolean][] = [
    ["exact subject", { StringEquals: { ...aud, [`${issuer}:sub`]: claims.sub } }, true],
    [
      "one of several subjects",
      {
        StringEquals: { ...aud, [`${issuer}:sub`]: ["repo:acme/web:environment:dev", claims.sub] },
      },
      true,
    ],
    [
      "pattern",
      { StringEquals: aud, StringLike: { [`${issuer}:sub`]: "repo:acme/api:environment:*" } },
      true,
    ],
    [
      "another environment",
      { StringEquals: { ...aud, [`${issuer}:sub`]: "repo:acme/api:environment:prod" } },
      false,
    ],
    ["another audience", { StringEquals: { [`${issuer}:aud`]: "other" } }, false],
    ["a claim that is not there", { StringEquals: { [`${issuer}:actor`]: "mona" } }, false],
  ];
  for (const [title, condition, trusted] of cases) {
    it(`${trusted ? "accepts" : "refuses"} ${title}`, async () =>
      assert.equal(await isTrusted(trust(condition)), trusted));
  }

  it("refuses a policy for another account's provider", async () => {
    const other = provider.replace(ACCOUNT, "100000000002");
    assert.equal(await isTrusted(trust({ StringEquals: aud }, other)), false);
  });
});

describe("calls over HTTP", () => {
  const authorization = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=KEY/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

  it("reads the JSON protocol", () => {
    const headers = {
      authorization: authorization("ecs"),
      "x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeServices",
    };
    assert.deepEqual(parseCall({ headers }, '{"services":["api"]}'), {
      protocol: "json",
      accessKeyId: "KEY",
      region: REGION,
      service: "ecs",
      operation: "DescribeServices",
      input: { services: ["api"] },
    });
  });

  it("reads the Query protocol, unsigned", () => {
    const call = parseCall(
      { headers: {} },
      "Action=AssumeRoleWithWebIdentity&RoleArn=x&Version=2011-06-15",
    );
    assert.equal(call?.operation, "AssumeRoleWithWebIdentity");
    assert.equal(call?.accessKeyId, undefined);
    assert.equal(call?.input.RoleArn, "x");
  });

  it("knows no other protocol", () => assert.equal(parseCall({ headers: {} }, ""), undefined));
});
