import assert from "node:assert/strict";
import type { ConfigurationError } from "../../../components/shared/errors";
import { attempt, stackConfig, stackProgram, type World } from "../../harness";

const { "slipway:github": _, ...rest } = stackConfig("Pulumi.dev.yaml");
const connectionArn = "arn:aws:codeconnections:eu-west-1:123456789012:connection/0a1b2c3d";

const problemsOf = async (source: object, calls: World["calls"], service: object = {}) => {
  const { error, resources } = await attempt(
    stackProgram({
      ...rest,
      "slipway:services": [{ name: "api", port: 8000, ...service }],
      "slipway:release": { pipeline: "codepipeline", source },
    }),
    { ...(calls && { calls }) },
  );
  assert.deepEqual(resources, [], "something was created");
  return (error as ConfigurationError | undefined)?.problems;
};

describe("the source of a pipeline", () => {
  it("is refused while its connection is not confirmed, with the address where a person confirms it", async () => {
    const source = { type: "gitlab", repository: "octo-org/octo-app", connectionArn };
    const calls = {
      "aws:codestarconnections/getConnection:getConnection": ({ arn }: Record<string, unknown>) => {
        assert.equal(arn, connectionArn);
        return { arn, connectionStatus: "PENDING" };
      },
    };
    assert.deepEqual(await problemsOf(source, calls), [
      {
        path: "release.source.connectionArn",
        value: connectionArn,
        allowed: "a connection that is AVAILABLE: this one is PENDING",
        fix: "open https://eu-west-1.console.aws.amazon.com/codesuite/settings/connections?region=eu-west-1, choose the connection, then Update pending connection",
      },
    ]);
  });

  it("is refused if the connection does not exist", async () => {
    const source = { type: "github", repository: "octo-org/octo-app", connectionArn };
    const calls = {
      "aws:codestarconnections/getConnection:getConnection": () => {
        throw new Error("ResourceNotFoundException: Connection not found");
      },
    };
    const [problem, ...others] = (await problemsOf(source, calls)) ?? [];
    assert.equal(others.length, 0);
    assert.equal(problem?.path, "release.source.connectionArn");
    assert.match(
      problem?.allowed ?? "",
      /^an object that exists, and that the credentials may read/,
    );
  });

  it("is refused if CodeCommit lacks the repository of all services, or that of one", async () => {
    const calls = {
      "aws:codecommit/getRepository:getRepository": ({
        repositoryName,
      }: Record<string, unknown>) => {
        throw new Error(`RepositoryDoesNotExistException: ${repositoryName} does not exist`);
      },
    };
    const source = { type: "codecommit", repository: "octo-app" };
    const problems = await problemsOf(source, calls, { repository: "octo-api" });
    assert.deepEqual(
      problems?.map(({ path, value }) => [path, value]),
      [
        ["release.source.repository", "octo-app"],
        ["services[0].repository", "octo-api"],
      ],
    );
  });
});
