import assert from "node:assert/strict";
import { json, only } from "../../harness";
import { runService } from "../infrastructure";

interface Containers {
  readonly logConfiguration: { readonly options: Readonly<Record<string, string>> };
}

describe("the log group of a service", () => {
  it("is encrypted with a key of the user's, for which no role needs a permission", async () => {
    const logKmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1";
    const { resources } = await runService({ logKmsKeyArn });
    assert.deepEqual(only(resources, "aws:cloudwatch/logGroup:LogGroup", "api").inputs, {
      retentionInDays: 30,
      kmsKeyId: logKmsKeyArn,
    });
    const policies = resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    assert.doesNotMatch(JSON.stringify(policies), /kms:/);
  });

  it("can be an existing one: tasks write to it, and roles get only its permissions", async () => {
    const { resources } = await runService({ logGroup: { existing: "/team/api" } });
    assert.deepEqual(
      resources
        .filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup")
        .map(({ name }) => name),
      ["/aws/events/api-stopped-tasks"],
    );
    const task = only(resources, "aws:ecs/taskDefinition:TaskDefinition", "api");
    const [main] = json<Containers[]>(task, "containerDefinitions");
    assert.equal(main?.logConfiguration.options["awslogs-group"], "/team/api");
    const policy = only(resources, "aws:iam/rolePolicy:RolePolicy", "api-execution");
    const { Statement } = json<{ Statement: { Action: unknown; Resource: unknown }[] }>(
      policy,
      "policy",
    );
    assert.deepEqual(
      Statement.filter(({ Action }) => JSON.stringify(Action).includes("logs:")).map(
        ({ Resource }) => Resource,
      ),
      ["arn:aws:logs:eu-central-1:123456789012:log-group:/team/api:*"],
    );
  });
});
