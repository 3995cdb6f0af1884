import assert from "node:assert/strict";
import { resolve } from "node:path";
import type { Running } from "../../sandbox/running";
import { formatStatus, type Status } from "../../sandbox/status";

const registry = "100000000001.dkr.ecr.us-east-1.amazonaws.com";
const sha = "0123456789abcdef0123456789abcdef01234567";
const run = {
  ...{ file: ".github/workflows/deploy-api-dev.yml", sha, event: "push", log: "Check out" },
  ...{ startedAt: "2026-11-26T03:00:00.000Z", endedAt: "2026-11-26T03:01:02.345Z" },
};
const running: Running = {
  ...{ name: "api", service: "api-1", taskDefinition: "slipway-dev-api:2", cpu: "256" },
  ...{ memory: "512", desiredCount: 1, runningCount: 1 },
  ...{ image: `${registry}/api-1:old`, releasePointer: `${registry}/api-1:old` },
  ...{ release: undefined, events: [] },
};

function status(service: Partial<Running>, outputs: Record<string, unknown> = {}): Status {
  const stack = { account: "100000000001", running: [{ ...running, ...service }] };
  return {
    ...{ running: true, folder: resolve(".sandbox"), aws: { endpoint: "http://127.0.0.1:1" } },
    stacks: { dev: { ...stack, outputs: { url: "http://dev", ...outputs } } },
  };
}

describe("the status of the sandbox", () => {
  it("shows no URL of a stack that has only workers", () => {
    assert.doesNotMatch(formatStatus(status({}, { url: undefined })), /url|undefined/);
  });

  it("shows a release that failed, ECS's reason and the workflow's", () => {
    const failure = `Verify that the deployed revision runs: rolled back\n${"x".repeat(700)}`;
    const message = "(service api-1) (deployment ecs-svc/1) deployment failed: alarm detected.";
    const events = [
      { at: "2026-11-26T03:01:00.000Z", message },
      { at: "2026-11-26T02:00:00.000Z", message: "(service api-1) deployment failed: earlier." },
    ];
    const lines = formatStatus(status({ release: { ...run, ok: false, failure }, events }));
    assert.equal(
      lines.split("\n").slice(3).join("\n"),
      `Stack dev, AWS account 100000000001
  url          http://dev
  service      api-1: 1 of 1 tasks run
  task         slipway-dev-api:2, 256 CPU units, 512 MiB
  image        api-1:old
  pointer      api-1:old
  release      failed at 2026-11-26T03:01:02Z
  image tag    ${sha}
  ECS          (service api-1) (deployment ecs-svc/1) deployment failed: alarm
               detected.
  why          Verify that the deployed revision runs: rolled back
               ${"x".repeat(150)}...
               (all of it: npm run sandbox -- logs)`,
    );
  });

  it("shows the site and its last release", () => {
    const { stacks, ...rest } = status({});
    const site = {
      ...{ name: "frontend", repository: "octo-org/octo-app", bucket: "dev-frontend-1" },
      ...{ releasePointer: sha, workflow: ".github/workflows/deploy-frontend-dev.yml" },
      release: {
        ...{ ...run, file: ".github/workflows/deploy-frontend-dev.yml", ok: true },
        inputs: { commit: "f".repeat(40) },
      },
    };
    const dev = stacks?.dev;
    assert.ok(dev, "no stack dev");
    const lines = formatStatus({ ...rest, stacks: { dev: { ...dev, site } } }).split("\n");
    assert.deepEqual(lines.slice(-4), [
      "  site         bucket dev-frontend-1",
      `  pointer      ${sha}`,
      "  release      succeeded at 2026-11-26T03:01:02Z",
      `  commit       ${"f".repeat(40)}`,
    ]);
  });

  it("gives no reason of an earlier failure", () => {
    const events = [{ at: "2026-11-26T02:00:00.000Z", message: "deployment failed: earlier." }];
    const failure = "Find the image: No such image";
    const text = formatStatus(status({ release: { ...run, ok: false, failure }, events }));
    assert.doesNotMatch(text, /earlier/);
    assert.match(text, /^ {2}why {10}Find the image: No such image$/m);
  });

  it("shows the tag of a manual run, and no reason of one that succeeded", () => {
    const release = { ...run, ok: true, inputs: { "image-tag": "v1" } };
    const text = formatStatus(status({ release }));
    assert.match(text, /^ {2}release {6}succeeded at 2026-11-26T03:01:02Z\n {2}image tag {4}v1$/m);
    assert.doesNotMatch(text, /why/);
  });

  it("shows the edit that waits for a deployment by CodeDeploy", () => {
    const pendingDeployment = "Run the workflow of api by hand with image-tag abc.";
    const text = formatStatus(status({}, { services: { api: { pendingDeployment } } }));
    assert.match(text, /^ {2}pending {6}Run the workflow of api by hand with image-tag abc\.$/m);
  });

  it("shows the stacks of other projects", () => {
    const others = { "shop/staging": { url: "http://shop" } };
    assert.match(
      formatStatus({ ...status({}), others }),
      /^Stack shop\/staging, of another project\n {2}url {10}http:\/\/shop$/m,
    );
  });
});
