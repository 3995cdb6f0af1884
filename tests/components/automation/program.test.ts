import assert from "node:assert/strict";
import {
  ConfigurationError,
  openStack,
  type ProgramConfig,
  program,
} from "../../../components/automation";
import { checkedConfig } from "../../../components/config";
import { run, runStack, stackConfig } from "../../harness";
import { complete, mistakes, withMistake } from "../config/mistakes";

type Values = Readonly<Record<string, unknown>>;

/** The configuration of a stack file, as a program writes it. A JavaScript program can have any value in it. */
function inProgram(values: Values): ProgramConfig {
  const entries = Object.entries(values).map(([key, value]) => [
    key.replace(/^slipway:/, ""),
    value,
  ]);
  return Object.fromEntries(entries);
}

function errorOf(operation: () => unknown): ConfigurationError | undefined {
  try {
    operation();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, `not a message for users: ${error}`);
    return error;
  }
}

describe("the configuration of an inline program", () => {
  it("has the errors of a stack file with the same mistake, before an engine starts", function () {
    // Hundreds of mistakes: seconds on an idle machine, and more while other tests run.
    this.timeout(60_000);
    const encrypted = ["slipway:slackWebhook"];
    for (const mistake of mistakes) {
      const values = withMistake(complete, mistake);
      const file = errorOf(() => checkedConfig(values, encrypted, undefined));
      const own = errorOf(() => program(inProgram(values)));
      assert.deepEqual(own?.problems, file?.problems, mistake[0]);
    }
    assert.ok(
      errorOf(() => program(undefined as never)),
      "a program without a configuration",
    );
  });

  it("makes the stack that the same stack file makes", async () => {
    const dev = stackConfig("Pulumi.dev.yaml");
    const file = await runStack(dev);
    const own = await run(program(inProgram(dev)));
    assert.ok(own.resources.length > 40, `only ${own.resources.length} resources`);
    assert.deepEqual(
      own.resources.map(({ urn, inputs }) => ({ urn, inputs })),
      file.resources.map(({ urn, inputs }) => ({ urn, inputs })),
    );
    assert.deepEqual(own.outputs, file.outputs);
  });

  it("is checked with the stack's name when a stack is opened", async () => {
    const config = inProgram(stackConfig("Pulumi.dev.yaml"));
    const stack = "acme/shop/internal-dev";
    await assert.rejects(openStack({ stack, project: "shop", config }), (error: Error) => {
      assert.match(error.message, /^The configuration of internal-dev has 1 mistake/);
      return error instanceof ConfigurationError;
    });
  });
});
