import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseOf } from "../../../components/fargate-service/release";
import {
  beginRelease,
  endRelease,
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
    beginRelease,
    endRelease,
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

describe("beginRelease and endRelease", () => {
  const env = {
    RELEASE_POINTER: "/slipway/image",
    RELEASE_RECORD: "/slipway/release",
    TIMEOUT_MINUTES: "45",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "octo-org/octo-app",
    GITHUB_RUN_ID: "17",
  };
  const aws = (pointer: string, record: string) => `case "$2 $4" in
    'get-parameters /slipway/image') echo '${pointer}';;
    'get-parameters /slipway/release') echo '${record}';;
  esac`;
  const written = ({ calls }: Result) =>
    /--name \/slipway\/release --type String --value (.*) --overwrite$/.exec(
      calls.at(-1) ?? "",
    )?.[1];

  for (const [title, pointer, record, released] of [
    ["the pointer's image", "api:2", "api:1", "api:2"],
    ["the record's where the pointer was made anew", "unreleased", "api:1", "api:1"],
    ["the record's where the pointer is missing", "None", "api:1", "api:1"],
    [
      "the record's, of a run that never ended",
      "None",
      "api:1 2026-01-02T03:04:05Z https://x",
      "api:1",
    ],
    ["nothing before the first release", "unreleased", "unreleased", "unreleased"],
    [
      "nothing in a first run that never ended",
      "unreleased",
      "unreleased 2026-01-02T03:04:05Z https://x",
      "unreleased",
    ],
    ["nothing where both are missing", "None", "None", "unreleased"],
  ] as const) {
    it(`keep ${title}`, async () => {
      const begun = step(beginRelease, aws(pointer, record), env);
      assert.equal(begun.code, 0);
      const [image, deadline, run, ...rest] = String(written(begun)).split(" ");
      assert.deepEqual(
        [image, run, rest],
        [released, "https://github.com/octo-org/octo-app/actions/runs/17", []],
      );
      assert.match(String(deadline), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const minutes = (Date.parse(String(deadline)) - Date.now()) / 60_000;
      assert.ok(minutes > 44 && minutes <= 45, `${minutes} minutes`);
      const ended = step(endRelease, aws(pointer, record), env);
      assert.deepEqual([ended.code, written(ended)], [0, released]);
      assert.equal(ended.stdout, `Released: ${released}.\n`);
    });
  }

  it("write nothing when a parameter cannot be read", async () => {
    for (const script of [beginRelease, endRelease]) {
      const { code, calls } = step(script, "exit 254", env);
      assert.deepEqual([code, calls.length], [254, 1]);
    }
  });

  it("write what the program reads", async () => {
    const record = written(step(beginRelease, aws("api:2", "api:1"), env));
    const { image, underWay } = releaseOf({ pointer: "api:2", record }, new Date());
    assert.deepEqual(
      [image, underWay?.run],
      ["api:2", "https://github.com/octo-org/octo-app/actions/runs/17"],
    );
  });
});

describe("reportFailure", () => {
  const env = {
    AWS_REGION: "eu-central-1",
    ECS_CLUSTER: "dev",
    ECS_SERVICE: "api",
    DEPLOYED: "arn:x/api:8",
    TASK_DEFINITION: "slipway-dev-api",
  };
  const link =
    "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/$252Fteam$252Fapi";
  const escaped = link.replaceAll("%", "%25");
  const aws = (tasks: string) => `case "$2" in
    describe-services) printf 'now\\tapi was unable to place a task\\n';;
    list-tasks) printf '${tasks}\\n';;
    describe-tasks) printf 'Essential container exited; api exit code 1\\nOOM at 99%%; api\\n';;
    describe-task-definition) echo /team/api;;
  esac`;
  const events = ["What ECS says of api, newest first:", "now\tapi was unable to place a task"];

  it("says why the release's tasks stopped, and where their logs are", async () => {
    const { code, stdout, calls } = step(reportFailure, aws("arn:t/1\\tarn:t/2"), env);
    assert.equal(code, 0);
    assert.deepEqual(stdout.split("\n"), [
      ...events,
      "Essential container exited; api exit code 1",
      "OOM at 99%; api",
      `Logs: ${link}`,
      `::error title=Why the deployment failed::Essential container exited; api exit code 1%0AOOM at 99%25; api%0ALogs: ${escaped}`,
      "",
    ]);
    assert.match(String(calls[2]), /^ecs describe-tasks --cluster dev --tasks arn:t\/1 arn:t\/2 /);
    assert.match(String(calls[2]), /tasks\[\?taskDefinitionArn=='arn:x\/api:8'\]/);
    assert.ok(calls.some((call) => call.includes("--task-definition slipway-dev-api ")));
  });

  for (const [title, tasks, deployed] of [
    ["no task stopped", "None", "arn:x/api:8"],
    ["the list is empty", "", "arn:x/api:8"],
    ["nothing was registered", "arn:t/1", ""],
  ] as const) {
    it(`says so where ${title}`, async () => {
      const { code, stdout, calls } = step(reportFailure, aws(tasks), {
        ...env,
        DEPLOYED: deployed,
      });
      assert.deepEqual([code, calls.length], [0, 3]);
      const none = "ECS names no stopped task of this release.";
      assert.deepEqual(stdout.split("\n"), [
        ...events,
        none,
        `Logs: ${link}`,
        `::error title=Why the deployment failed::${none}%0ALogs: ${escaped}`,
        "",
      ]);
    });
  }
});
