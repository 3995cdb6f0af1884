import assert from "node:assert/strict";
import {
  previewStatements,
  stateStatements,
} from "../../../../components/github/previews/permissions";
import type { WorkflowKind } from "../../../../components/github/previews/settings";
import { policyDocument } from "../../../../components/shared/policy";
import { evaluate } from "../../../../sandbox/github/gate/authorize";
import { everything, inPipeline } from "../../../config/stacks";
import { runStack } from "../../../harness";

const account = "123456789012";
const scope = { partition: "aws", account, project: "slipway", stack: "dev" };
const state = { ...scope, bucket: "octo-state", kmsKey: "alias/pulumi" };
const key = `arn:aws:kms:eu-central-1:${account}:key/1`;

type Call = readonly [
  action: string,
  resource: string,
  context?: Record<string, string | string[]>,
];

/** AWS's default key policy: the account's own policies decide. */
const keyPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

async function allows(kind: WorkflowKind, [action, resource, context = {}]: Call) {
  const statements = [
    ...(kind === "preview" ? previewStatements(scope) : []),
    ...stateStatements(kind, state),
  ];
  const decision = await evaluate(
    {
      arn: `arn:aws:sts::${account}:assumed-role/preview/run`,
      roleArn: `arn:aws:iam::${account}:role/preview`,
      account,
      policies: [{ name: "preview", policy: JSON.parse(policyDocument(statements)) }],
      ...(action.startsWith("kms:") && { resourcePolicy: keyPolicy }),
    },
    { action, resource, context },
  );
  return decision === "Allowed";
}

const parameter = (name: string) => `arn:aws:ssm:eu-central-1:${account}:parameter${name}`;
const object = (name: string) => `arn:aws:s3:::octo-state/.pulumi/${name}`;
const alias = { "kms:ResourceAliases": ["alias/pulumi"] };

/** The calls of a preview of Slipway's stack. */
const needed: readonly Call[] = [
  ["ec2:DescribeVpcs", "*"],
  ["ec2:DescribeClientVpnAuthorizationRules", "*"],
  ["ec2:DescribeClientVpnEndpoints", "*"],
  ["ec2:DescribeClientVpnTargetNetworks", "*"],
  ["ecs:DescribeServices", `arn:aws:ecs:eu-central-1:${account}:service/dev/api`],
  ["ecs:DescribeTaskDefinition", "*"],
  ["elasticloadbalancing:DescribeRules", "*"],
  ["iam:GetRole", `arn:aws:iam::${account}:role/api-deploy`],
  ["cloudwatch:DescribeAlarms", `arn:aws:cloudwatch:eu-central-1:${account}:alarm:api-errors`],
  ["s3:GetBucketPolicy", "arn:aws:s3:::dev-access-logs-1a2b3c4"],
  ["s3:GetBucketPolicy", "arn:aws:s3:::dev-artifacts-1a2b3c4"],
  ["s3:GetObject", "arn:aws:s3:::dev-artifacts-1a2b3c4/scripts/release.sh"],
  ["codepipeline:GetPipeline", `arn:aws:codepipeline:eu-central-1:${account}:api-1a2b3c4`],
  ["ssm:GetParameter", parameter("/slipway/slipway/dev/api/image")],
  ["ssm:GetParametersByPath", parameter("/slipway/slipway/dev/api")],
  ["s3:ListBucket", "arn:aws:s3:::octo-state"],
  ["s3:GetObject", object("meta.yaml")],
  ["s3:GetObject", object("stacks/slipway/dev.json")],
  // A promotion's StackReference.
  ["s3:GetObject", object("stacks/slipway/prod.json")],
  ["kms:Decrypt", key, alias],
];

/** Calls that it must not make: they change something, or read data. */
const denied: readonly Call[] = [
  ["ecs:UpdateService", `arn:aws:ecs:eu-central-1:${account}:service/dev/api`],
  ["iam:PassRole", `arn:aws:iam::${account}:role/api-deploy`],
  ["iam:PutRolePolicy", `arn:aws:iam::${account}:role/api-deploy`],
  ["sts:AssumeRole", `arn:aws:iam::${account}:role/api-deploy`],
  ["ssm:GetParameter", parameter("/team/db-password")],
  ["ssm:GetParameter", parameter("/slipway/slipway/prod/api/image")],
  ["ssm:PutParameter", parameter("/slipway/slipway/dev/api/image")],
  ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:eu-central-1:${account}:secret:db`],
  ["logs:GetLogEvents", `arn:aws:logs:eu-central-1:${account}:log-group:api:log-stream:x`],
  ["ecr:BatchGetImage", `arn:aws:ecr:eu-central-1:${account}:repository/api`],
  ["ec2:DescribeInstanceAttribute", `arn:aws:ec2:eu-central-1:${account}:instance/i-1`],
  ["s3:GetObject", "arn:aws:s3:::team-data/customers.csv"],
  ["s3:GetObject", object("stacks/other/dev.json")],
  ["s3:PutObject", object("stacks/slipway/dev.json")],
  ["s3:PutObject", object("locks/organization/slipway/dev/1.json")],
  ["s3:DeleteObject", object("stacks/slipway/dev.json")],
  ["kms:Decrypt", key, { "kms:ResourceAliases": ["alias/other"] }],
  ["s3:GetObject", "arn:aws:s3:::dev-access-logs-1a2b3c4/AWSLogs/1"],
  ["s3:GetObject", "arn:aws:s3:::dev-artifacts-1a2b3c4/api-1a2b3c4/source/AbCdEf"],
  ["s3:GetObject", "arn:aws:s3:::prod-artifacts-1a2b3c4/scripts/release.sh"],
  ["s3:GetBucketPolicy", "arn:aws:s3:::customers"],
  [
    "codepipeline:StartPipelineExecution",
    `arn:aws:codepipeline:eu-central-1:${account}:api-1a2b3c4`,
  ],
  ["codeconnections:UseConnection", `arn:aws:codeconnections:eu-central-1:${account}:connection/1`],
  ["kms:Decrypt", key],
  ["kms:Encrypt", key, alias],
];

/** The prefix of a type's IAM actions: Pulumi's modules have other names. */
function iamPrefix(type: string): string {
  const [module = "", name = ""] = type.split("/");
  if (module === "cloudwatch") {
    return name.startsWith("event") ? "events" : name === "logGroup" ? "logs" : "cloudwatch";
  }
  const prefixes: Readonly<Record<string, string>> = {
    ...{
      appautoscaling: "application-autoscaling",
      cognito: "cognito-idp",
      ec2clientvpn: "ec2",
      efs: "elasticfilesystem",
      lb: "elasticloadbalancing",
      vpc: "ec2",
    },
  };
  return prefixes[module] ?? module;
}

describe("the role of a preview", () => {
  for (const call of needed) {
    it(`may ${call[0]} ${call[1]}`, async () => {
      assert.equal(await allows("preview", call), true);
    });
  }
  for (const call of denied) {
    it(`may not ${call[0]} ${call[1]} ${JSON.stringify(call[2] ?? {})}`, async () => {
      assert.equal(await allows("preview", call), false);
    });
  }

  it("changes nothing: it describes, gets and lists", () => {
    const actions = [...previewStatements(scope), ...stateStatements("preview", state)].flatMap(
      ({ Action }) => Action,
    );
    assert.deepEqual(
      actions.filter((action) => !/^[\w-]+:(?:BatchGet|Describe|Get|List)\w+$/.test(action)),
      ["kms:Decrypt"],
    );
    assert.ok(policyDocument(previewStatements(scope)).length < 8000, "near IAM's limit of 10,240");
  });

  it("reads from the service of every resource of a stack with every part on, on GitHub or in a pipeline", async () => {
    const { resources: onGitHub } = await runStack(everything, {}, "everything");
    const { resources: released } = await runStack(inPipeline, {}, "everything");
    const resources = [...onGitHub, ...released];
    const types = resources.flatMap(({ type }) => /^aws:(\w+\/\w+):/.exec(type)?.[1] ?? []);
    const services = new Set(types.map((type) => iamPrefix(type)));
    assert.ok(services.size >= 18, [...services].join());
    const actions = previewStatements(scope).flatMap(({ Action }) => Action);
    assert.deepEqual(
      [...services].filter(
        (service) => !actions.some((action) => action.startsWith(`${service}:`)),
      ),
      [],
    );
  });

  it("decrypts with one key if it is an ARN", () => {
    const statements = stateStatements("preview", { ...state, kmsKey: key });
    assert.deepEqual(statements.at(-1), { Action: "kms:Decrypt", Resource: key });
  });
});

describe("the role of an update", () => {
  it("writes the state, the lock and the history of its own stack only", async () => {
    for (const [name, expected] of [
      ["stacks/slipway/dev.json", true],
      ["stacks/slipway/dev.json.bak", true],
      ["locks/organization/slipway/dev/1.json", true],
      ["history/slipway/dev/dev-1.history.json", true],
      ["backups/slipway/dev/dev.1.json", true],
      ["meta.yaml", false],
      ["stacks/slipway/prod.json", false],
      ["stacks/slipway/dev-2.json", false],
      ["locks/organization/slipway/prod/1.json", false],
    ] as const) {
      assert.equal(await allows("update", ["s3:PutObject", object(name)]), expected, name);
    }
    assert.equal(await allows("update", ["kms:Decrypt", key, alias]), true);
  });
});
