import assert from "node:assert/strict";
import { configOf, converted, type Files, withKey } from "./application";
import { environmentKeys, pipelineKeys, serviceKeys, sidecarKeys } from "./documented";

const service = `
name: api
type: Load Balanced Web Service
image: { build: Dockerfile, port: 8000 }
http: { path: / }
sidecars:
  agent: { image: "public.ecr.aws/agent/agent:1" }
`;
const environment = "name: dev\ntype: Environment\n";
const pipeline = "name: main\nversion: 1\n";

/** Whether a key changes the stack file, or is listed itself or as part of an outer key. */
function isAccountedFor(key: string, before: Files, after: Files): boolean {
  const [one, two] = [converted(before), converted(after)];
  const changed = JSON.stringify(configOf(one)) !== JSON.stringify(configOf(two));
  const known = new Set(one.findings.map((finding) => finding.key));
  return (
    changed ||
    two.findings.some(
      (finding) =>
        !known.has(finding.key) &&
        (finding.key.startsWith(key) || key.startsWith(finding.key)) &&
        !/documents no/.test(finding.reason),
    )
  );
}

describe("every documented key of Copilot is in the stack file, or listed", () => {
  for (const [key, value] of Object.entries(serviceKeys)) {
    it(`of a service: ${key}`, () => {
      // Without autoscaling, its cooldowns and targets mean nothing.
      const own = /^count\.(?!spot|range)/.test(key);
      const text = own ? withKey(service, "count.range", "1-2") : service;
      const after = withKey(text, key, value);
      assert.ok(isAccountedFor(key, { services: [text] }, { services: [after] }), after);
    });
  }

  for (const [name, value] of Object.entries(sidecarKeys)) {
    const key = `sidecars.agent.${name}`;
    it(`of a sidecar: ${key}`, () => {
      const after = withKey(service, key, value);
      assert.ok(isAccountedFor(key, { services: [service] }, { services: [after] }), after);
    });
  }

  for (const [key, value] of Object.entries(environmentKeys)) {
    it(`of an environment: ${key}`, () => {
      const files = { services: [service], environments: [environment] };
      const after = withKey(environment, key, value);
      assert.ok(isAccountedFor(key, files, { ...files, environments: [after] }), after);
    });
  }

  for (const [key, value] of Object.entries(pipelineKeys)) {
    it(`of a pipeline: ${key}`, () => {
      const files = { services: [service], environments: [environment], pipelines: [pipeline] };
      const after = withKey(pipeline, key, value);
      assert.ok(isAccountedFor(key, files, { ...files, pipelines: [after] }), after);
    });
  }

  it("lists each key of a stage", () => {
    const pipelines = [withKey(pipeline, "stages", pipelineKeys.stages)];
    const { findings } = converted({ services: [service], pipelines });
    assert.deepEqual(
      findings.map(({ key }) => key),
      [
        "requires_approval",
        "pre_deployments",
        "deployments",
        "post_deployments",
        "test_commands",
      ].map((key) => `stages.${key}`),
    );
  });

  for (const type of [
    "Backend Service",
    "Worker Service",
    "Scheduled Job",
    "Request-Driven Web Service",
    "Static Site",
  ]) {
    it(`lists a ${type} as a whole`, () => {
      const text = `name: other\ntype: ${type}\nimage: { build: Dockerfile }\n`;
      const { files, findings } = converted({ services: [text] });
      assert.equal(files.size, 0);
      assert.deepEqual(
        findings.map(({ at, key }) => [at, key]),
        [[{ file: "copilot/other/manifest.yml", line: 2 }, "type"]],
      );
    });
  }
});
