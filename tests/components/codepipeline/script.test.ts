import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptNames, scriptOf } from "../../../components/codepipeline/scripts";

const registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const commit = "4f2a".repeat(10);
const names = {
  AWS_REGION: "eu-central-1",
  CODEBUILD_INITIATOR: "codepipeline/api-1a2b3c4",
  EXECUTION_ID: "0a1b2c3d-4e5f-6789-abcd-ef0123456789",
  ...{ COMMIT: commit, REQUESTED_TAG: "commit", TIMEOUT_MINUTES: "45" },
  ...{ REGISTRY: registry, ECR_REPOSITORY: "api", CONTAINER: "api", VERSION_LABEL: "version" },
  ...{ ECS_CLUSTER: "dev", ECS_SERVICE: "api-1a2b", ECS_TASK_DEFINITION: "slipway-dev-api" },
  ...{ RELEASE_POINTER: "/slipway/slipway/dev/api/image", IMAGE_PLACEHOLDER: "IMAGE1_NAME" },
  RELEASE_RECORD: "/slipway/slipway/dev/api/release",
};

/** Runs a command of the script, with an `aws` that does what is given. */
function run(command: string, aws: string, env: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "slipway-pipeline-script-"));
  try {
    const calls = join(folder, "calls");
    writeFileSync(calls, "");
    for (const name of scriptNames) writeFileSync(join(folder, name), scriptOf(name));
    writeFileSync(
      join(folder, "aws"),
      `#!/usr/bin/env bash\necho "$*" >> "${calls}"\ncase "$1 $2" in\n${aws}\n*) echo "no answer to $*" >&2; exit 1 ;;\nesac\n`,
    );
    chmodSync(join(folder, "aws"), 0o755);
    const { status, stderr } = spawnSync("bash", [join(folder, "pipeline.sh"), command], {
      cwd: folder,
      encoding: "utf8",
      env: { ...names, PATH: `${folder}:${process.env.PATH}`, ...env },
    });
    return { code: status, stderr, calls: readFileSync(calls, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const missing = `"ecr describe-images") echo "An error occurred (ImageNotFoundException)" >&2; exit 254 ;;`;
const digest = `sha256:${"0a".repeat(32)}`;
const present = `"ecr describe-images") echo ${digest} ;;
"ssm get-parameters") echo unreleased ;;
"ssm put-parameter") ;;`;

describe("the script of the pipelines", () => {
  it("stops if the buildspec has not pushed the image, and names the image", () => {
    const { code, stderr, calls } = run("prepare", missing);
    assert.equal(code, 1);
    assert.equal(
      stderr,
      `ERROR: The image was not built\n${registry}/api:${commit} is not in the registry. A buildspec of your own must push it as $IMAGE_REPOSITORY:$COMMIT.\n`,
    );
    assert.doesNotMatch(calls, /put-parameter/, "no release has started");
  });

  it("stops for a tag that the registry lacks", () => {
    const { code, stderr } = run("prepare", missing, { REQUESTED_TAG: "v1" });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^ERROR: No such image\napi has no image with the tag v1\. Run the pipeline /,
    );
  });

  it("stops if the newest revision has no such container, and names those that it has", () => {
    const definition = JSON.stringify({
      taskDefinition: { containerDefinitions: [{ name: "web" }, { name: "proxy" }] },
    });
    const { code, stderr, calls } = run(
      "prepare",
      `${present}\n"ecs describe-task-definition") echo '${definition}' ;;\n"ecs describe-services") echo arn ;;`,
    );
    assert.equal(code, 1);
    assert.match(
      stderr,
      /ERROR: The task definition has no container api: it has web, proxy\. Run pulumi up\./,
    );
    assert.doesNotMatch(calls, /register-task-definition|update-service/);
  });

  it("copies nothing while the other stack has released nothing", () => {
    const { code, stderr } = run("promote", `"ssm get-parameters") echo unreleased ;;`, {
      ...{ SOURCE: `${registry}/api-dev`, SOURCE_STACK: "dev" },
      SOURCE_POINTER: "/slipway/slipway/dev/api/image",
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^ERROR: dev has released nothing\nIts release pointer \S+ holds unreleased\./,
    );
  });

  it("ends only the release that its own execution has started", () => {
    const { code, calls } = run(
      "end-failed",
      `"ssm get-parameters") echo "x 2026-05-04T10:00:00Z https://other" ;;`,
    );
    assert.equal(code, 0);
    assert.doesNotMatch(calls, /put-parameter/);
  });
});
