import assert from "node:assert/strict";
import { locationOf, siblingArn } from "../../../components/shared/arn";
import { nearest, repeated } from "../../../components/shared/checks";
import { ConfigurationError } from "../../../components/shared/errors";
import { run } from "../../harness";

describe("nearest", () => {
  const known = ["desiredCount", "memory", "cpu", "port", "healthCheck"];
  for (const [word, meant] of [
    ["memmory", "memory"],
    ["Memory", "memory"],
    ["desired_count", "desiredCount"],
    ["health", "healthCheck"],
    ["prt", "port"],
    ["volumes", undefined],
    ["x", undefined],
  ] as const) {
    it(`to ${word} is ${meant ?? "none"}`, async () => {
      assert.equal(nearest(word, known), meant);
    });
  }
});

describe("repeated", () => {
  it("names all places of a repeated value", async () => {
    assert.deepEqual(
      [...repeated(["a", "b", "a", undefined, undefined, "a"], (text) => text)],
      [["a", [0, 2, 5]]],
    );
  });
});

describe("ConfigurationError", () => {
  it("says every mistake, what is allowed and how to correct it, and prints no stack trace", async () => {
    const problems = [
      { path: "a", value: undefined, allowed: "a string", fix: "add it" },
      { path: "b[0]", value: "x".repeat(200), allowed: "less", fix: "shorten it" },
    ];
    const error = new ConfigurationError("Pulumi.dev.yaml", problems, "nothing was created");
    assert.equal(
      error.message,
      `Pulumi.dev.yaml has 2 mistakes; nothing was created.

  a: (missing)
    allowed: a string
    fix:     add it

  b[0]: "${"x".repeat(116)}...
    allowed: less
    fix:     shorten it
`,
    );
    assert.match(new ConfigurationError("It", problems).message, /^It has 2 mistakes\.\n/);
    // With this property, Pulumi prints only the message.
    assert.equal(Reflect.get(error, "__pulumiRunError"), true);
  });
});

describe("a ConfigurationError about secrets", () => {
  for (const [path, value, shown] of [
    ["args.secrets.DB", "hunter2", "(not shown)"],
    ["slipway:services[0].secrets", "hunter2", "(not shown)"],
    ["slipway:services[0].environment.API_TOKEN", 12345, "(not shown)"],
    [
      "slipway:services",
      { api: { secrets: { DB: "hunter2" } } },
      { api: { secrets: "(not shown)" } },
    ],
    ["slipway:services[0].sidecars", [{ password: "hunter2" }], [{ password: "(not shown)" }]],
    ["slipway:services[0].secrets.DB", undefined, undefined],
    ["slipway:services[0].environment.PORT", 8000, 8000],
  ] as const) {
    it(`shows ${JSON.stringify(shown)} at ${path}`, () => {
      const error = new ConfigurationError("It", [{ path, value, allowed: "-", fix: "-" }]);
      assert.deepEqual(error.problems[0]?.value, shown);
      assert.doesNotMatch(error.message, /hunter2|12345/);
    });
  }
});

describe("ARNs", () => {
  it("give the partition, region and account of an object, and ARNs of others in the same place", async () => {
    const arn = "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/dev";
    assert.deepEqual(locationOf(arn), {
      partition: "aws-cn",
      region: "cn-north-1",
      account: "123456789012",
    });
    const { outputs } = await run(() => siblingArn(arn, "ssm", "parameter/x"));
    assert.equal(outputs, "arn:aws-cn:ssm:cn-north-1:123456789012:parameter/x");
  });
});
