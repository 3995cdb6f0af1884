import assert from "node:assert/strict";
import { parse } from "yaml";
import { checkNoBuild } from "../../../../components/github/workflow/check-build";
import { renderWorkflow, type WorkflowArgs } from "../../../../components/index";
import { base } from "./workflows";

interface Step {
  readonly name: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

const opening = "$" + "{{";

function jobs(change: Partial<WorkflowArgs>) {
  return parse(renderWorkflow({ ...base("dev", "environment"), ...change })).jobs;
}

const steps = (change: Partial<WorkflowArgs>): Step[] => jobs(change).deploy.steps;
const built = (change: Partial<WorkflowArgs>) =>
  steps(change).find(({ name }) => name === "Build and push the image")?.with;
const qemu = (change: Partial<WorkflowArgs>) =>
  steps(change).find(({ name }) => name === "Set up QEMU")?.with;

describe("the build", () => {
  it("emulates only the platforms that the runner does not have", () => {
    const platforms = ["linux/amd64", "linux/arm64"];
    assert.equal(qemu({}), undefined);
    assert.deepEqual(qemu({ build: { platforms } }), { platforms: "linux/arm64" });
    assert.equal(built({ build: { platforms } })?.platforms, "linux/amd64,linux/arm64");
    assert.deepEqual(qemu({ build: { platforms }, cpuArchitecture: "ARM64" }), {
      platforms: "linux/amd64",
    });
  });

  it("keeps its layers in the configured cache", () => {
    const caches = (cache: "github" | "registry" | "none") => {
      const { "cache-from": from, "cache-to": to } = built({ build: { cache } }) ?? {};
      return [from, to];
    };
    const registry = `type=registry,ref=${opening} steps.registry.outputs.registry }}/${opening} env.ECR_REPOSITORY }}:buildcache`;
    assert.deepEqual(caches("github"), [
      "type=gha,scope=api-dev",
      "type=gha,scope=api-dev,mode=max",
    ]);
    assert.deepEqual(caches("registry"), [
      registry,
      `${registry},mode=max,image-manifest=true,oci-mediatypes=true`,
    ]);
    assert.deepEqual(caches("none"), [undefined, undefined]);
  });

  it("makes attestations on request", () => {
    const attested = (build: WorkflowArgs["build"]) => {
      const { provenance, sbom } = built({ build }) ?? {};
      return [provenance, sbom];
    };
    assert.deepEqual(attested({}), [false, undefined]);
    assert.deepEqual(attested({ provenance: "max", sbom: true }), ["mode=max", true]);
    assert.deepEqual(attested({ provenance: "min", sbom: false }), ["mode=min", undefined]);
  });
});

describe("a promotion", () => {
  const imageRepository = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/api-1a2b";
  const promoted = {
    promote: { from: "dev", imageRepository },
    trigger: { type: "tag", pattern: "v*" },
  } as const;

  it("copies an image instead of a build", () => {
    const all = steps(promoted);
    assert.equal(built(promoted), undefined);
    const [login, copy] = all.slice(4, 6);
    assert.equal(login?.name, "Log in to the registry of dev");
    assert.deepEqual(login?.with, { registries: "210987654321" });
    assert.deepEqual(login?.env, { AWS_REGION: "eu-west-1" });
    assert.equal(copy?.name, "Copy the image that dev has verified");
    assert.deepEqual(copy?.env, {
      IMAGE: `${opening} steps.image.outputs.image }}`,
      SOURCE: imageRepository,
      SOURCE_STACK: "dev",
      COMMIT: `${opening} github.sha }}`,
      REQUESTED_TAG: `${opening} inputs.image-tag }}`,
    });
    assert.equal(copy?.run, "bash .github/slipway/release-dev.sh copy-image");
    // A requested image may be in the other registry.
    assert.equal(all[3]?.env?.PROMOTED_FROM, "dev");
  });

  it("has nothing to build, so it refuses options of a build", () => {
    const build = { target: "x", cache: "none", runsOn: "x", paths: ["a"] } as const;
    assert.deepEqual(
      checkNoBuild(build, "build").map(({ path }) => path),
      ["build.target", "build.cache"],
    );
  });
});

describe("tests before a deployment", () => {
  it("run without AWS and without secrets, and not for an image that is requested by its tag", () => {
    const { test, deploy } = jobs({ test: { run: "npm ci\nnpm test" } });
    assert.deepEqual(test.permissions, { contents: "read" });
    assert.equal(test.environment, undefined);
    assert.equal(test.if, "inputs.image-tag == ''");
    assert.deepEqual(test.steps.at(-1), { name: "Test", run: "npm ci\nnpm test" });
    assert.equal(test.steps[0].with["persist-credentials"], false);
    assert.equal(deploy.needs, "test");
    assert.equal(deploy.if, "!cancelled() && !failure()");
    assert.doesNotMatch(JSON.stringify(test), /secrets\./);
  });

  it("test the commit that is deployed, for the events that deploy", () => {
    const trigger = [
      { type: "pull_request", branch: "main" },
      { type: "workflow_run", workflow: "Build", branch: "main" },
    ] as const;
    const { test, deploy } = jobs({ test: { run: "make test" }, trigger });
    assert.equal(
      test.steps[0].with.ref,
      `${opening} github.event.workflow_run.head_sha || github.event.pull_request.merge_commit_sha || github.sha }}`,
    );
    const without = jobs({ trigger }).deploy.if;
    assert.equal(test.if, `${without} && inputs.image-tag == ''`);
    assert.equal(deploy.if, `!cancelled() && !failure() && ${without}`);
  });

  it("can be a workflow of the repository", () => {
    const { test, deploy } = jobs({ test: { workflow: ".github/workflows/test.yml" } });
    assert.deepEqual(test, {
      name: "Test api",
      if: "inputs.image-tag == ''",
      permissions: { contents: "read" },
      uses: "./.github/workflows/test.yml",
    });
    assert.equal(deploy.needs, "test");
  });
});
