import assert from "node:assert/strict";
import { Database, type DatabaseSettings } from "../../../components/database";
import { FargateService, type FargateServiceArgs } from "../../../components/fargate-service";
import { json, only, type Recorded, run } from "../../harness";
import { infrastructure, runService } from "../infrastructure";

const secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!cluster-dev";
const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/0a1b";

interface Container {
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: object;
}

async function runWithDatabase(
  service: Pick<FargateServiceArgs, "environment" | "secrets"> = {},
  settings: Partial<DatabaseSettings> = {},
) {
  const { resources } = await run(() => {
    const parts = infrastructure();
    const database = new Database("dev", {
      ...{ engine: "aurora-postgresql", engineVersion: "17", network: parts.network },
      ...settings,
    });
    new FargateService("api", { ...parts, ...service, port: 8000, database });
  });
  return resources;
}

function variablesOf(resources: readonly Recorded[]) {
  const task = only(resources, "aws:ecs/taskDefinition:TaskDefinition", "api");
  const [{ environment = [], secrets = [] } = {}] = json<Container[]>(task, "containerDefinitions");
  return {
    environment: Object.fromEntries(environment.map(({ name, value }) => [name, value])),
    secrets: Object.fromEntries(secrets.map(({ name, valueFrom }) => [name, valueFrom])),
  };
}

function statementsOf(resources: readonly Recorded[], policy: string): Statement[] {
  const found = only(resources, "aws:iam/rolePolicy:RolePolicy", policy);
  return json<{ Statement: Statement[] }>(found, "policy").Statement;
}

const actions = (statements: readonly Statement[]) => statements.flatMap(({ Action }) => Action);

describe("a service with a database", () => {
  it("gets its address as variables, and its password as a secret", async () => {
    assert.deepEqual(variablesOf(await runWithDatabase({ environment: { LOG_LEVEL: "info" } })), {
      environment: {
        DATABASE_HOST: "dev.cluster.rds.example",
        DATABASE_NAME: "app",
        DATABASE_PORT: "5432",
        DATABASE_READER_HOST: "dev.cluster-ro.rds.example",
        DATABASE_SECRET_ARN: secret,
        LOG_LEVEL: "info",
      },
      secrets: {
        DATABASE_PASSWORD: `${secret}:password::`,
        DATABASE_USER: `${secret}:username::`,
      },
    });
  });

  it("keeps the variables that it sets itself, in one form", async () => {
    const own = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:own";
    const { environment, secrets } = variablesOf(
      await runWithDatabase({
        environment: { DATABASE_USER: "api" },
        secrets: { DATABASE_PASSWORD: own, DATABASE_HOST: own },
      }),
    );
    assert.deepEqual(secrets, { DATABASE_PASSWORD: own, DATABASE_HOST: own });
    assert.equal(environment.DATABASE_USER, "api");
    assert.ok(!("DATABASE_HOST" in environment), "DATABASE_HOST is in both");
  });

  it("is the only one that the database lets in, on its port", async () => {
    const resources = await runWithDatabase();
    const rules = resources.filter(
      ({ type, inputs }) =>
        type.includes("IngressRule") && inputs.securityGroupId === "dev-database-id",
    );
    assert.deepEqual(
      rules.map(({ inputs }) => inputs),
      [
        {
          securityGroupId: "dev-database-id",
          referencedSecurityGroupId: "api-id",
          ipProtocol: "tcp",
          fromPort: 5432,
          toPort: 5432,
        },
      ],
    );
    const service = only(resources, "aws:ecs/service:Service");
    assert.ok(service.dependencies.includes(rules[0]?.urn ?? ""), "tasks start before the rule");
  });

  it("reads the secret when a task starts, and later", async () => {
    const resources = await runWithDatabase();
    for (const policy of ["api-execution", "api-task"]) {
      const reads = statementsOf(resources, policy).filter(({ Action }) =>
        [Action].flat().includes("secretsmanager:GetSecretValue"),
      );
      assert.deepEqual(
        reads.flatMap(({ Resource }) => Resource),
        [secret],
        policy,
      );
      assert.ok(!actions(statementsOf(resources, policy)).includes("kms:Decrypt"), policy);
    }
  });

  it("may use the key of the secret, for this secret alone", async () => {
    const resources = await runWithDatabase({}, { kmsKeyArn });
    for (const policy of ["api-execution", "api-task"]) {
      assert.deepEqual(
        statementsOf(resources, policy).filter(({ Action }) => Action === "kms:Decrypt"),
        [
          {
            Effect: "Allow",
            Action: "kms:Decrypt",
            Resource: kmsKeyArn,
            Condition: { StringEquals: { "kms:EncryptionContext:SecretARN": secret } },
          },
        ],
      );
    }
  });

  it("signs in with its role only as the user of its own name", async () => {
    const connects = (resources: readonly Recorded[]) =>
      statementsOf(resources, "api-task")
        .filter(({ Action }) => Action === "rds-db:connect")
        .map(({ Resource }) => Resource);
    assert.deepEqual(connects(await runWithDatabase()), []);
    assert.deepEqual(
      connects(await runWithDatabase({}, { iamDatabaseAuthenticationEnabled: true })),
      ["arn:aws:rds-db:eu-central-1:123456789012:dbuser:cluster-ABC/api"],
    );
  });

  it("is as before without one", async () => {
    const { resources } = await runService();
    assert.ok(
      !resources.some(({ type }) => /aws:rds|database/.test(type)),
      "something of a database",
    );
    assert.deepEqual(variablesOf(resources), { environment: {}, secrets: {} });
  });
});
