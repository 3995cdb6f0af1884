import assert from "node:assert/strict";
import { newKey } from "../../../sandbox/codepipeline/artifact-store";
import { isInline } from "../../../sandbox/codepipeline/build";
import { withPlaceholders } from "../../../sandbox/codepipeline/deploy-codedeploy";
import { parseImageDefinitions, withImages } from "../../../sandbox/codepipeline/deploy-ecs";
import { matchesPattern, transformed } from "../../../sandbox/codepipeline/event-patterns";

describe("what the deploy actions read", () => {
  const file = (content: unknown) => Buffer.from(JSON.stringify(content));
  const image = { name: "app", imageUri: "image:1" };

  it("is a list of containers and images", () => {
    assert.deepEqual(parseImageDefinitions(file([image]), "x.json"), [image]);
  });

  for (const [title, content, message] of [
    ["no JSON", Buffer.from("["), /x.json contains invalid JSON format/],
    ["no list", file({}), /invalid JSON format/],
    ["no image", file([{ name: "app" }]), /invalid JSON format/],
    ["more than 100 KB", Buffer.alloc(100 * 1024 + 1, " "), /larger than the limit of 100 KB/],
  ] as const) {
    it(`is refused: ${title}`, () => {
      assert.throws(() => parseImageDefinitions(content, "x.json"), message);
    });
  }

  it("changes only the images of the revision that runs", () => {
    const current = {
      ...{ family: "api", revision: 3, taskDefinitionArn: "arn", status: "ACTIVE" as const },
      containerDefinitions: [
        { name: "app", image: "image:0", cpu: 1 },
        { name: "sidecar", image: "other" },
      ],
    };
    assert.deepEqual(withImages(current, [image]), {
      family: "api",
      containerDefinitions: [
        { name: "app", image: "image:1", cpu: 1 },
        { name: "sidecar", image: "other" },
      ],
    });
    const other = [{ ...image, name: "web" }];
    assert.throws(() => withImages(current, other), /The AWS ECS container web does not exist/);
  });

  it("has placeholders", () => {
    const text = '{"image":"<IMAGE1_NAME>","again":"<IMAGE1_NAME>","other":"<X>"}';
    const replaced = withPlaceholders(text, { IMAGE1_NAME: "image:1" });
    assert.equal(replaced, '{"image":"image:1","again":"image:1","other":"<X>"}');
  });

  it("is stored under names that are cut short", () => {
    const key = newKey("a-pipeline-with-a-long-name", "ImageDefinitions");
    assert.match(key, /^a-pipeline-with-a-lo\/ImageDefin\/\w{7}$/);
  });

  it("is built by a buildspec in the project, or by a file", () => {
    assert.ok(isInline("version: 0.2\nphases: {}"), "a string of several lines");
    assert.ok(isInline('{"version":0.2}'), "JSON");
    assert.ok(!isInline("ci/buildspec.yml"), "a path");
  });
});

describe("the rules of EventBridge", () => {
  const event = {
    ...{ source: "aws.codepipeline", resources: ["arn:a", "arn:b"] },
    detail: { state: "FAILED", pipeline: "api", "execution-id": "1", attempt: 1 },
  };

  for (const [title, pattern, matches] of [
    ["a value", { source: ["aws.codepipeline"] }, true],
    ["one of several values", { detail: { state: ["SUCCEEDED", "FAILED"] } }, true],
    ["not another value", { detail: { state: ["SUCCEEDED"] } }, false],
    ["not a part that is missing", { detail: { stage: ["Deploy"] } }, false],
    ["not if one of the parts differs", { source: ["x"], detail: { state: ["FAILED"] } }, false],
    ["one of an event's values", { resources: ["arn:b"] }, true],
    ["a prefix", { detail: { pipeline: [{ prefix: "a" }] } }, true],
    ["a number", { detail: { attempt: [1] } }, true],
  ] as const) {
    it(`match ${title}`, () => {
      assert.equal(matchesPattern(pattern, event), matches);
    });
  }

  it("refuse a comparison that the sandbox does not know", () => {
    const pattern = { detail: { state: [{ "anything-but": "x" }] } };
    assert.throws(
      () => matchesPattern(pattern, event),
      /does not know the comparison anything-but/,
    );
  });

  it("give their targets an input, in which a string is quoted once", () => {
    const transformer = {
      inputPaths: {
        id: "$.detail['execution-id']",
        arn: "$.resources[0]",
        count: "$.detail.attempt",
        none: "$.x",
      },
      inputTemplate:
        '{"a":<id>,"b":"is <id> of <arn>","c":<count>,"d":"<none>","e":"<aws.events.rule-name>"}',
    };
    const text = transformed(transformer, event, { "aws.events.rule-name": 'a "rule"' });
    assert.deepEqual(JSON.parse(text), {
      ...{ a: "1", b: "is 1 of arn:a", c: 1, d: "", e: 'a "rule"' },
    });
  });
});
