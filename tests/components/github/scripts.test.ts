import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  findImage,
  moveReleasePointer,
  reportFailure,
  verifyDeployment,
} from "../../../components/github/scripts";

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  /** What the step wrote to $GITHUB_OUTPUT. */
  readonly output: string;
  readonly summary: string;
  /** How `aws` was called. */
  readonly calls: readonly string[];
}

/** Runs a step as GitHub does (`bash -e`), with an `aws` that does what is given. */
function step(script: string, aws: string, env: Readonly<Record<string, string>>): Result {
  const folder = mkdtempSync(join(tmpdir(), "slipway-step-"));
  const file = (name: string, content = "") => {
    const path = join(folder, name);
    writeFileSync(path, content);
    chmodSync(path, 0o755);
    return path;
  };
  try {
    const calls = file("calls");
    file("aws", `#!/usr/bin/env bash\necho "$*" >> "${calls}"\n${aws}\n`);
    file("sleep", "#!/usr/bin/env bash\n");
    const [output, summary] = [file("output"), file("summary")];
    const { status, stdout } = spawnSync("bash", ["-e", file("step.sh", script)], {
      encoding: "utf8",
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        ...env,
      },
    });
    const read = (path: string) => readFileSync(path, "utf8");
    const lines = read(calls).split("\n").slice(0, -1);
    return { code: status, stdout, output: read(output), summary: read(summary), calls: lines };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the scripts of the workflow", () => {
  for (const [name, script] of Object.entries({
    findImage,
    moveReleasePointer,
    reportFailure,
    verifyDeployment,
  })) {
    it(`${name} is bash`, async () => {
      const { status, stderr } = spawnSync("bash", ["-n"], { input: script, encoding: "utf8" });
      assert.deepEqual([status, stderr], [0, ""]);
    });
  }
});

describe("findImage", () => {
  const env = {
    REGISTRY: "1.dkr.ecr.eu-central-1.amazonaws.com",
    ECR_REPOSITORY: "api",
    IMAGE_TAG: "4f2a",
    REQUESTED_TAG: "",
  };
  const image = "image=1.dkr.ecr.eu-central-1.amazonaws.com/api:4f2a\n";
  const missing =
    'echo "An error occurred (ImageNotFoundException) when calling the DescribeImages operation" >&2; exit 254';

  it("deploys an image that is there", async () => {
    const { code, output, calls, stdout } = step(findImage, "echo '{}'", env);
    assert.deepEqual([code, output], [0, `${image}exists=true\n`]);
    assert.deepEqual(calls, [
      "ecr describe-images --repository-name api --image-ids imageTag=4f2a",
    ]);
    assert.match(stdout, /is in the registry: it is deployed as it is\./);
  });

  it("has the commit's image built if it is missing", async () => {
    const { code, output } = step(findImage, missing, env);
    assert.deepEqual([code, output], [0, `${image}exists=false\n`]);
  });

  it("fails on a tag that was asked for and is missing", async () => {
    const { code, output, stdout } = step(findImage, missing, { ...env, REQUESTED_TAG: "4f2a" });
    assert.deepEqual([code, output], [1, image]);
    assert.match(stdout, /^::error title=No such image::api holds no image with the tag 4f2a\. /);
  });

  it("fails when the registry does not answer, with its words on one line", async () => {
    const refused = 'printf "An error occurred\\n(AccessDeniedException): no" >&2; exit 254';
    const { code, output, stdout } = step(findImage, refused, env);
    assert.deepEqual([code, output], [1, image]);
    assert.equal(
      stdout,
      "::error title=The registry did not answer::An error occurred (AccessDeniedException): no\n",
    );
  });

  it("takes a tag for nothing but a tag", async () => {
    const { code, output, stdout } = step(findImage, missing, {
      ...env,
      IMAGE_TAG: '$(echo pwned > "$GITHUB_OUTPUT")`id`',
      REQUESTED_TAG: "x",
    });
    assert.equal(code, 1);
    assert.doesNotMatch(output + stdout, /^pwned|uid=/m);
  });
});

describe("verifyDeployment", () => {
  const env = { ECS_CLUSTER: "dev", ECS_SERVICE: "api", DEPLOYED: "arn:x/api:8" };
  const answers = (...lines: string[]) =>
    `n=$(wc -l < "$(dirname "$0")/calls")\ncase $n in\n${lines
      .map((line, i) => `${i < lines.length - 1 ? i + 1 : "*"}) printf '${line}\\n';;`)
      .join("\n")}\nesac`;

  it("accepts the deployed revision once its rollout is complete", async () => {
    const { code, stdout, calls } = step(
      verifyDeployment,
      answers("arn:x/api:8\\tIN_PROGRESS", "arn:x/api:8\\tCOMPLETED"),
      env,
    );
    assert.equal(code, 0);
    assert.equal(calls.length, 2);
    assert.equal(stdout, "The rollout is still in progress (1 of 30).\napi runs arn:x/api:8.\n");
  });

  for (const [title, aws, message, calls] of [
    [
      "a deployment that was rolled back",
      answers("arn:x/api:7\\tCOMPLETED"),
      "::error title=The deployment was rolled back::api runs arn:x/api:7, not arn:x/api:8. The release pointer stays where it was.\n",
      1,
    ],
    [
      "a deployment that failed",
      answers("arn:x/api:8\\tFAILED"),
      "::error title=The deployment did not complete::the rollout of arn:x/api:8 is FAILED. The release pointer stays where it was.\n",
      1,
    ],
    [
      "a rollout that never ends",
      answers("arn:x/api:8\\tIN_PROGRESS"),
      "::error title=The deployment did not complete::the rollout of arn:x/api:8 is IN_PROGRESS. The release pointer stays where it was.\n",
      30,
    ],
    ["a call that fails", "exit 254", "", 1],
  ] as const) {
    it(`fails on ${title}`, async () => {
      const result = step(verifyDeployment, aws, env);
      assert.notEqual(result.code, 0);
      assert.equal(result.stdout.replace(/^The rollout is still.*\n/gm, ""), message);
      assert.equal(result.calls.length, calls);
    });
  }
});

describe("moveReleasePointer", () => {
  const env = { RELEASE_POINTER: "/slipway/image", IMAGE: "registry/api:4f2a" };

  it("writes the image, and says so", async () => {
    const { code, stdout, summary, calls } = step(moveReleasePointer, "echo '{}'", env);
    assert.equal(code, 0);
    assert.deepEqual(calls, [
      "ssm put-parameter --name /slipway/image --type String --value registry/api:4f2a --overwrite",
    ]);
    assert.deepEqual(
      [stdout, summary],
      ["Released registry/api:4f2a.\n", "Released registry/api:4f2a.\n"],
    );
  });

  it("fails, and says nothing of a release, when the pointer cannot be written", async () => {
    const { code, stdout, summary } = step(moveReleasePointer, "exit 254", env);
    assert.deepEqual([code, stdout, summary], [254, "", ""]);
  });
});

describe("reportFailure", () => {
  const env = { ECS_CLUSTER: "dev", ECS_SERVICE: "api" };
  const aws = (tasks: string) => `case "$2" in
    describe-services) printf 'now\\tapi was unable to place a task\\n';;
    list-tasks) printf '${tasks}\\n';;
    describe-tasks) printf 'arn:x/api:8\\tEssential container exited\\tNone\\narn:x/api:8\\tOOM\\tNone\\n';;
  esac`;

  it("says why tasks stopped, in one annotation", async () => {
    const { code, stdout, calls } = step(reportFailure, aws("arn:t/1\\tarn:t/2"), env);
    assert.equal(code, 0);
    assert.equal(
      stdout,
      [
        "What ECS says of api, newest first:",
        "now\tapi was unable to place a task",
        "::error title=Tasks stopped::arn:x/api:8\tEssential container exited\tNone%0Aarn:x/api:8\tOOM\tNone",
        "",
      ].join("\n"),
    );
    assert.match(String(calls[2]), /^ecs describe-tasks --cluster dev --tasks arn:t\/1 arn:t\/2 /);
  });

  for (const tasks of ["None", ""]) {
    it(`says nothing of tasks where the list is "${tasks}"`, async () => {
      const { code, stdout, calls } = step(reportFailure, aws(tasks), env);
      assert.deepEqual([code, calls.length], [0, 2]);
      assert.doesNotMatch(stdout, /::error/);
    });
  }
});
