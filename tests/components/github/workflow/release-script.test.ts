import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseOf } from "../../../../components/fargate-service/release";
import { readHeader } from "../../../../components/github/workflow/header";
import { renderReleaseScript } from "../../../../components/github/workflow/release-script";
import { releasedTagPrefix } from "../../../../components/image-repository/plan";
import { bsdTools, NEWER_THAN_BASH_3 } from "../../../bsd";

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  /** The content that the step wrote to $GITHUB_OUTPUT. */
  readonly output: string;
  readonly summary: string;
  /** How `aws` was called. */
  readonly calls: readonly string[];
  readonly docker: readonly string[];
}

/** Runs a command of the script, with an `aws` that does what is given. */
function step(
  command: string,
  aws: string,
  env: Readonly<Record<string, string>>,
  { bsd = false } = {},
): Result {
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
    const dockerCalls = file("docker-calls");
    file("docker", `#!/usr/bin/env bash\necho "$*" >> "${dockerCalls}"\n`);
    if (bsd) bsdTools(join(folder, "bsd"));
    const [output, summary] = [file("output"), file("summary")];
    const script = file("release.sh", renderReleaseScript({ project: "slipway", stack: "dev" }));
    const { status, stdout } = spawnSync("bash", [script, command], {
      encoding: "utf8",
      env: {
        PATH: `${folder}:${bsd ? `${join(folder, "bsd")}:` : ""}${process.env.PATH}`,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        ...env,
      },
    });
    const read = (path: string) => readFileSync(path, "utf8");
    const lines = (path: string) => read(path).split("\n").slice(0, -1);
    return {
      ...{ code: status, stdout, output: read(output), summary: read(summary) },
      ...{ calls: lines(calls), docker: lines(dockerCalls) },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the script of the workflows", () => {
  const script = renderReleaseScript({ project: "slipway", stack: "dev" });

  it("has the header by which Slipway knows its own files", () => {
    assert.deepEqual(readHeader(script), { stack: "dev", project: "slipway" });
  });

  it("marks images with the tag that the lifecycle policy knows", () => {
    assert.ok(script.includes(`--image-tag "${releasedTagPrefix}\${digest#sha256:}"`), script);
  });

  it("is bash", () => {
    const { status, stderr } = spawnSync("bash", ["-n"], { input: script, encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
  });

  it("uses nothing that macOS's bash 3.2 lacks", () => {
    assert.doesNotMatch(script, NEWER_THAN_BASH_3);
  });

  it("refuses a command that it does not have", () => {
    const { code, stdout, calls } = step("deploy", "", {});
    assert.deepEqual([code, calls], [1, []]);
    assert.equal(stdout, "::error title=No such command::release.sh has no command deploy.\n");
  });
});

describe("find-image", () => {
  const env = {
    REGISTRY: "1.dkr.ecr.eu-central-1.amazonaws.com",
    ECR_REPOSITORY: "api",
    ECS_CLUSTER: "dev",
    ECS_SERVICE: "api-1a2b",
    RELEASE_POINTER: "/slipway/slipway/dev/api/image",
    RELEASE_RECORD: "/slipway/slipway/dev/api/release",
    IMAGE_TAG: "4f2a",
    REQUESTED_TAG: "",
    TIMEOUT_MINUTES: "45",
  };
  const image = "image=1.dkr.ecr.eu-central-1.amazonaws.com/api:4f2a\n";
  /** Without the deadline, which the clock decides. */
  const lasting = (output: string) => {
    const [, deadline = ""] = /^deadline=(.*)$/m.exec(output) ?? [];
    const minutes = (Date.parse(deadline) - Date.now()) / 60_000;
    assert.ok(minutes > 44 && minutes <= 45, `${minutes} minutes`);
    return output.replace(/^deadline=.*\n/gm, "");
  };
  const missing =
    'echo "An error occurred (ImageNotFoundException) when calling the DescribeImages operation" >&2; exit 254';

  it("finds out the deadline with macOS's date too", () => {
    const { code, output } = step("find-image", "echo '{}'", env, { bsd: true });
    assert.deepEqual([code, lasting(output)], [0, `${image}exists=true\n`]);
  });

  it("deploys an image that exists", async () => {
    const { code, output, calls, stdout } = step("find-image", "echo '{}'", env);
    assert.deepEqual([code, lasting(output)], [0, `${image}exists=true\n`]);
    assert.deepEqual(calls, [
      'ecr describe-images --repository-name api --image-ids [{"imageTag": "4f2a"}]',
    ]);
    assert.match(stdout, /is in the registry: deploying it without a build\./);
  });

  it("requests a build of the commit's image if it is missing", async () => {
    const { code, output } = step("find-image", missing, env);
    assert.deepEqual([code, lasting(output)], [0, `${image}exists=false\n`]);
  });

  it("fails on a tag that was asked for and is missing", async () => {
    const { code, output, stdout } = step("find-image", missing, { ...env, REQUESTED_TAG: "4f2a" });
    assert.deepEqual([code, lasting(output)], [1, image]);
    assert.match(stdout, /^::error title=No such image::api has no image with the tag 4f2a\. /);
  });

  it("fails if the registry does not answer, with its error in one annotation", async () => {
    const refused = 'printf "An error occurred\\n(AccessDeniedException): no" >&2; exit 254';
    const { code, output, stdout } = step("find-image", refused, env);
    assert.deepEqual([code, lasting(output)], [1, image]);
    assert.equal(
      stdout,
      "::error title=The registry did not answer::An error occurred%0A(AccessDeniedException): no\n",
    );
  });

  for (const [name, value] of [
    // The AWS CLI's shorthand would read the runner's environment: awscli/shorthand.py.
    ["IMAGE_TAG", "x,imageDigest@=fileb:///proc/self/environ"],
    ["IMAGE_TAG", '$(echo pwned > "$GITHUB_OUTPUT")`id`'],
    ["IMAGE_TAG", "file:///proc/self/environ"],
    ["IMAGE_TAG", "https://example.com/tag"],
    ["IMAGE_TAG", '4f2a"},{"imageTag":"x'],
    ["IMAGE_TAG", "4f2a\nexists=true"],
    ["IMAGE_TAG", "-4f2a"],
    ["IMAGE_TAG", "x".repeat(129)],
    ["IMAGE_TAG", ""],
    ["ECR_REPOSITORY", "file:///etc/passwd"],
    ["REGISTRY", "evil.example.com/x"],
    ["ECS_CLUSTER", "file:///etc/passwd"],
    ["ECS_SERVICE", "a b"],
    ["RELEASE_POINTER", "https://example.com/"],
    ["RELEASE_RECORD", '/a"b'],
  ] as const) {
    it(`refuses ${name} ${JSON.stringify(value.slice(0, 60))}, and calls nothing with it`, async () => {
      const { code, output, stdout, calls } = step("find-image", "echo '{}'", {
        ...env,
        REQUESTED_TAG: "x",
        [name]: value,
      });
      assert.deepEqual([code, output, calls], [1, "", []]);
      assert.match(stdout, new RegExp(`^::error title=Wrong ${name}::${name} is .*\\n$`));
    });
  }
});

describe("copy-image", () => {
  const digest = `sha256:${"0a".repeat(32)}`;
  const source = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/api";
  const env = {
    IMAGE: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:v1",
    IMAGE_TAG: "v1",
    COMMIT: "4f2a",
    REQUESTED_TAG: "",
    SOURCE: source,
    SOURCE_STACK: "dev",
  };
  /** Answers for the tags of a repository; for others, what ECR says. */
  const aws = (tags: Readonly<Record<string, string>>) =>
    `case "$*" in\n${Object.entries(tags)
      .map(([tag, answer]) => `*'"imageTag": "${tag}"'*) printf '${answer}\\n';;`)
      .join("\n")}\n*ImageNotFound*) ;;\n*) echo ImageNotFoundException >&2; exit 254;;\nesac`;
  const released = `${digest}\\t4f2a released-${"0a".repeat(32)}`;

  for (const [title, tags, changed, found] of [
    ["the commit's image", { "4f2a": released }, {}, "4f2a"],
    ["the tag's image, if a tag released it there, too", { v1: released }, {}, "v1"],
    ["the requested image", { "9c9c": released }, { REQUESTED_TAG: "9c9c" }, "9c9c"],
  ] as const) {
    it(`copies ${title} by its digest`, () => {
      const { code, stdout, calls, docker } = step("copy-image", aws(tags), { ...env, ...changed });
      assert.equal(code, 0, stdout);
      assert.equal(stdout, `Copied ${source}:${found} (${digest}), which dev has verified.\n`);
      assert.match(
        String(calls[0]),
        /^ecr describe-images --registry-id 210987654321 --region eu-west-1 --repository-name team\/api /,
      );
      assert.deepEqual(docker, [
        `buildx imagetools create --prefer-index=false --tag ${env.IMAGE} ${source}@${digest}`,
      ]);
    });
  }

  for (const [title, tags, changed, error] of [
    [
      "an image that is not there",
      {},
      {},
      `dev has no such image::${source} has no image of the commit 4f2a. Release it to dev first, then run this workflow again.`,
    ],
    [
      "a requested image that is not there, although the commit's image is",
      { "4f2a": released },
      { REQUESTED_TAG: "9c9c", IMAGE_TAG: "9c9c" },
      `dev has no such image::${source} has no image of 9c9c. Release it to dev first, then run this workflow again.`,
    ],
    [
      "an image that was built but not verified",
      { "4f2a": `${digest}\\t4f2a` },
      {},
      `dev has not verified the image::${source}:4f2a was built, but no release of it to dev has succeeded. Release it there first, then run this workflow again.`,
    ],
    [
      "an image with the mark of another verified image",
      { "4f2a": `${digest}\\t4f2a released-${"0b".repeat(32)}` },
      {},
      `dev has not verified the image::${source}:4f2a was built, but no release of it to dev has succeeded. Release it there first, then run this workflow again.`,
    ],
    [
      "a registry that is not in ECR",
      {},
      { SOURCE: "docker.io/library/nginx" },
      "Not a registry of ECR::docker.io/library/nginx is not an image repository of Amazon ECR. Run pulumi up, which writes the workflow file.",
    ],
  ] as const) {
    it(`refuses ${title}, and copies nothing`, () => {
      const { code, stdout, docker } = step("copy-image", aws(tags), { ...env, ...changed });
      assert.deepEqual([code, stdout, docker], [1, `::error title=${error}\n`, []]);
    });
  }

  it("says what the registry answers", () => {
    const denied = 'echo "An error occurred (RepositoryPolicyNotFoundException)" >&2; exit 254';
    const { code, stdout } = step("copy-image", denied, env);
    assert.equal(code, 1);
    assert.match(stdout, /^::error title=The registry of dev did not answer::An error occurred/);
  });
});

/** Answers of `aws`, one for each call; after that, the last one again and again. */
const answers = (...lines: string[]) =>
  `n=$(wc -l < "$(dirname "$0")/calls")\ncase $n in\n${lines
    .map((line, i) => `${i < lines.length - 1 ? i + 1 : "*"}) printf '${line}\\n';;`)
    .join("\n")}\nesac`;

const soon = "2026-01-02T03:04:05Z";
const late = "2099-01-02T03:04:05Z";
const stays = "The release pointer is unchanged.";
const rolledBack = `::error title=The deployment was rolled back::api runs arn:x/api:7, not arn:x/api:8: the deployment was rolled back, or did not start. ${stays}\n`;
const againByTag =
  "When the deployment has ended, run the workflow again with the image's tag: it does not build again.";
const since =
  "::notice title=The deployment completed::The deploy action stopped waiting before the deployment ended. The deployment has completed.\n";

describe("verify-deployment", () => {
  const env = {
    ECS_CLUSTER: "dev",
    ECS_SERVICE: "api",
    DEPLOYED: "arn:x/api:8",
    OUTCOME: "success",
    DEADLINE: late,
  };

  for (const outcome of ["success", "failure"]) {
    it(`accepts the deployed revision once its rollout is complete, after a ${outcome} of the action`, async () => {
      const { code, stdout, calls } = step(
        "verify-deployment",
        answers(...Array(40).fill("arn:x/api:8\\tIN_PROGRESS"), "arn:x/api:8\\tCOMPLETED"),
        { ...env, OUTCOME: outcome },
      );
      assert.equal(code, 0);
      assert.equal(calls.length, 41);
      assert.equal(
        stdout,
        "The rollout of arn:x/api:8 is in progress.\n".repeat(40) +
          (outcome === "failure" ? since : "") +
          "api runs arn:x/api:8.\n",
      );
    });
  }

  for (const [title, aws, changed, message, calls] of [
    ["a deployment that was rolled back", answers("arn:x/api:7\\tCOMPLETED"), {}, rolledBack, 1],
    [
      "a deployment that is being rolled back",
      answers("arn:x/api:7\\tIN_PROGRESS", "arn:x/api:7\\tCOMPLETED"),
      { OUTCOME: "failure" },
      `The rollout of arn:x/api:7 is in progress.\n${rolledBack}`,
      2,
    ],
    [
      "a deployment that failed",
      answers("arn:x/api:8\\tFAILED"),
      {},
      `::error title=The deployment did not complete::The rollout of arn:x/api:8 is FAILED. ${stays}\n`,
      1,
    ],
    [
      "a rollout that takes longer than the job",
      answers("arn:x/api:8\\tIN_PROGRESS"),
      { DEADLINE: soon },
      `::error title=The deployment takes longer than this job::The rollout of arn:x/api:8 is in progress. ${stays} ${againByTag}\n`,
      1,
    ],
    [
      "a revision that was not registered",
      "exit 254",
      { DEPLOYED: "", OUTCOME: "failure" },
      `::error title=Nothing was deployed::The new revision was not registered: see the previous step. ${stays}\n`,
      0,
    ],
    ["a call that fails", "exit 254", {}, "", 1],
  ] as const) {
    for (const bsd of [false, true]) {
      it(`fails on ${title}${bsd ? ", with macOS's tools" : ""}`, async () => {
        const result = step("verify-deployment", aws, { ...env, ...changed }, { bsd });
        assert.notEqual(result.code, 0);
        assert.deepEqual([result.stdout, result.calls.length], [message, calls]);
      });
    }
  }
});

describe("verify-codedeploy", () => {
  const env = {
    ECS_CLUSTER: "dev",
    ECS_SERVICE: "api",
    DEPLOYED: "arn:x/api:8",
    DEPLOYMENT_ID: "d-1",
    OUTCOME: "failure",
    DEADLINE: late,
  };

  it("waits for a deployment whose wait was lost, and accepts its revision", async () => {
    const waiting = ["Created", "Queued", "InProgress", "Baking", "Ready"];
    const { code, stdout, calls } = step(
      "verify-codedeploy",
      answers(...waiting, "Succeeded", "arn:x/api:8"),
      env,
    );
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `${waiting.map((status) => `CodeDeploy's deployment d-1 is ${status}.\n`).join("")}${since}api runs arn:x/api:8.\n`,
    );
    assert.equal(
      calls[0],
      "deploy get-deployment --deployment-id d-1 --query deploymentInfo.status --output text",
    );
  });

  for (const [title, aws, changed, message] of [
    [
      "a deployment that CodeDeploy rolled back",
      answers("Failed"),
      {},
      `::error title=The deployment did not complete::CodeDeploy's deployment d-1 is Failed. ${stays}\n`,
    ],
    [
      "a deployment that somebody stopped",
      answers("Stopped"),
      {},
      `::error title=The deployment did not complete::CodeDeploy's deployment d-1 is Stopped. ${stays}\n`,
    ],
    ["another revision", answers("Succeeded", "arn:x/api:7"), {}, rolledBack],
    [
      "a deployment that takes longer than the job",
      answers("Ready"),
      { DEADLINE: soon },
      `::error title=The deployment takes longer than this job::CodeDeploy's deployment d-1 is Ready. ${stays} ${againByTag}\n`,
    ],
    [
      "a deployment that was not created",
      "exit 254",
      { DEPLOYMENT_ID: "" },
      `::error title=Nothing was deployed::CodeDeploy created no deployment: see the previous step. ${stays}\n`,
    ],
  ] as const) {
    it(`fails on ${title}`, async () => {
      const { code, stdout } = step("verify-codedeploy", aws, { ...env, ...changed });
      assert.deepEqual([code, stdout], [1, message]);
    });
  }
});

describe("find-migration", () => {
  const env = { RELEASE_POINTER: "/slipway/image", RELEASE: "r/api:4f2a@sha256:0a1b" };
  const answered = (aws: string) => step("find-migration", aws, env);

  it("needs one for an image that the pointer never had", () => {
    const { code, output, calls } = answered("echo");
    assert.deepEqual([code, output], [0, "needed=true\n"]);
    assert.deepEqual(calls, [
      "ssm get-parameter-history --name /slipway/image --output text --query Parameters[?ends_with(Value, '@sha256:0a1b')].Version",
    ]);
  });

  it("needs none for an image that was released before, so that a rollback does not wait", () => {
    const { code, stdout, output } = answered("printf '4\\t7\\n'");
    assert.deepEqual([code, output], [0, "needed=false\n"]);
    assert.match(stdout, /The migration does not run again/);
  });

  it("needs one if the pointer was lost with its history", () => {
    const { code, output } = answered("echo '(ParameterNotFound) no such' >&2; exit 254");
    assert.deepEqual([code, output], [0, "needed=true\n"]);
  });

  it("fails if the history cannot be read", () => {
    const { code, output } = answered("echo '(AccessDeniedException)' >&2; exit 254");
    assert.deepEqual([code, output], [1, ""]);
  });
});

describe("run-migration", () => {
  const task = "arn:aws:ecs:eu-central-1:1:task/dev/0a1b";
  const env = {
    AWS_REGION: "eu-central-1",
    ECS_CLUSTER: "dev",
    ECS_SERVICE: "api-1a2b",
    REVISION: "arn:aws:ecs:eu-central-1:1:task-definition/slipway-dev-api:8",
    CONTAINER: "api",
    OVERRIDES: '{"containerOverrides":[]}',
    CAPACITY: "--launch-type FARGATE",
    MIGRATION_MINUTES: "15",
  };
  const network = '{"awsvpcConfiguration": {"subnets": ["subnet-c"]}}';
  /** AWS, with the answers of describe-tasks one after the other, the last one again and again. */
  const aws = (looks: readonly string[], { started = `${task}\\t`, earlier = "None" } = {}) => `
    count=$(dirname "$0")/looks; looks=(${looks.map((look) => `'${look}'`).join(" ")})
    case "$2" in
      list-tasks) echo '${earlier}';;
      describe-services) echo '${network}';;
      run-task) printf '${started}\\n';;
      describe-task-definition) echo /slipway/dev/api;;
      describe-tasks)
        echo >> "$count"; n=$(($(wc -l < "$count") - 1)); last=$((\${#looks[@]} - 1))
        printf "\${looks[$((n < last ? n : last))]}\\n";;
    esac`;
  const unchanged = "The service is unchanged, and the release pointer did not move.";
  const logs =
    "%0ALogs: https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/$252Fslipway$252Fdev$252Fapi/log-events/api$252Fapi$252F0a1b";
  const running = "RUNNING\\tNone\\t";

  it("runs one task with the new revision in the service's network, and waits for its end", () => {
    const done = "STOPPED\\t0\\tEssential container in task exited";
    const { code, stdout, calls } = step("run-migration", aws(["None", running, done]), env);
    assert.deepEqual(
      [code, stdout.split("\n").at(-2)],
      [0, "The migration has ended with exit code 0."],
    );
    const runs = calls.filter((call) => call.startsWith("ecs run-task"));
    assert.equal(runs.length, 1);
    assert.ok(
      runs[0]?.startsWith(
        `ecs run-task --cluster dev --task-definition ${env.REVISION} --launch-type FARGATE --started-by migration-of-api-1a2b --network-configuration ${network} --overrides ${env.OVERRIDES} `,
      ),
      runs[0],
    );
    assert.equal(calls.filter((call) => call.startsWith("ecs describe-tasks")).length, 3);
  });

  for (const [title, look, error] of [
    [
      "an exit code",
      "STOPPED\\t3\\tEssential container in task exited",
      `The migration failed with exit code 3::${unchanged} Essential container in task exited${logs}`,
    ],
    [
      "a container that never ran",
      "STOPPED\\tNone\\tCannotPullContainerError: r/api: not found",
      `The migration did not start::${unchanged} ECS stopped the task before the container ran: CannotPullContainerError: r/api: not found${logs}`,
    ],
  ] as const) {
    it(`fails on ${title}`, () => {
      const { code, stdout } = step("run-migration", aws([running, look]), env);
      assert.deepEqual([code, stdout.split("\n").at(-2)], [1, `::error title=${error}`]);
    });
  }

  it("fails if ECS starts no task", () => {
    const { code, stdout } = step(
      "run-migration",
      aws([], { started: "None\\tCapacity is unavailable at this time" }),
      env,
    );
    assert.equal(code, 1);
    assert.match(
      stdout,
      /did not start::.* ECS started no task: Capacity is unavailable at this time$/m,
    );
  });

  it("stops waiting after its time limit, and does not stop the task", () => {
    const late = { ...env, MIGRATION_MINUTES: "0" };
    const { code, stdout, calls } = step("run-migration", aws([running]), late);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /takes longer than 0 minutes::.*aws ecs stop-task --cluster dev --task arn:/,
    );
    assert.deepEqual(
      calls.filter((call) => call.startsWith("ecs stop-task")),
      [],
    );
  });

  it("waits for the migration of an earlier run, whose exit code does not count", () => {
    const looks = [running, "STOPPED\\t1\\tx", "STOPPED\\t0\\tx"];
    const { code, stdout, calls } = step("run-migration", aws(looks, { earlier: `${task}0` }), env);
    assert.equal(code, 0, stdout);
    assert.deepEqual(
      calls.map((call) => call.split(" ")[1]).filter((call) => /tasks?$/.test(call ?? "")),
      ["list-tasks", "describe-tasks", "describe-tasks", "run-task", "describe-tasks"],
    );
  });
});

describe("summarize", () => {
  const env = {
    RELEASE: "r/api:v1@sha256:abc",
    DEPLOYED: "arn:aws:ecs:eu-central-1:123456789012:task-definition/slipway-dev-api:7",
    GITHUB_WORKFLOW: "Deploy api to dev",
    SERVICE_URL: "https://app.example.com",
    // Read during a test, because mocha can load the file minutes before its tests run.
    get BEGUN() {
      return String(Math.floor(Date.now() / 1000) - 125);
    },
  };

  it("writes what was deployed where, and how long it took", () => {
    const { code, summary, output } = step("summarize", "exit 254", { ...env, RESULT: "success" });
    assert.equal(code, 0);
    assert.match(output, /^took=2 min \d+ s\n$/);
    assert.match(summary.replace(/2 min \d+ s/, "2 min"), /^\| Duration \| 2 min \|$/m);
    assert.deepEqual(summary.split("\n").slice(0, 8), [
      "### Deploy api to dev: success",
      "",
      "| | |",
      "| --- | --- |",
      "| Image | r/api:v1 |",
      "| Digest | sha256:abc |",
      "| Revision | slipway-dev-api:7 |",
      "| URL | https://app.example.com |",
    ]);
  });

  it("is written after a failure too", () => {
    const failed = { ...env, DEPLOYED: "", RESULT: "failure" };
    const { code, summary } = step("summarize", "exit 254", failed);
    assert.equal(code, 0);
    assert.match(summary, /^### Deploy api to dev: failure$/m);
    assert.match(summary, /^\| Digest \| sha256:abc \|$/m);
  });
});

describe("move-release-pointer", () => {
  const env = { RELEASE_POINTER: "/slipway/image", RELEASE: "registry/api:4f2a@sha256:0a1b" };

  it("writes the image, and says so", async () => {
    const { code, stdout, summary, calls } = step("move-release-pointer", "echo '{}'", env);
    assert.equal(code, 0);
    assert.deepEqual(calls, [
      'ssm put-parameter --cli-input-json {"Name": "/slipway/image", "Type": "String", "Value": "registry/api:4f2a@sha256:0a1b", "Overwrite": true}',
    ]);
    assert.deepEqual([stdout, summary], ["Released registry/api:4f2a@sha256:0a1b.\n", ""]);
  });

  it("fails, and reports no release, if the pointer cannot be written", async () => {
    const { code, stdout, summary } = step("move-release-pointer", "exit 254", env);
    assert.deepEqual([code, stdout, summary], [254, "", ""]);
  });
});

describe("mark-released", () => {
  const env = { ECR_REPOSITORY: "api", RELEASE: "r/api:4f2a@sha256:0a1b" };
  const aws = (put: string) => `case "$2 $*" in
    *imageManifestMediaType*) echo application/x;;
    *images*imageManifest*) echo '{"layers": []}';;
    put-image*) ${put};;
  esac`;

  it("tags the image with its digest", async () => {
    const { code, stdout, calls } = step("mark-released", aws("echo '{}'"), env);
    assert.deepEqual([code, stdout], [0, ""]);
    assert.equal(
      calls.at(-1),
      'ecr put-image --repository-name api --image-tag released-0a1b --image-digest sha256:0a1b --image-manifest {"layers": []} --image-manifest-media-type application/x',
    );
  });

  it("accepts an image that has the tag", async () => {
    const there =
      'echo "An error occurred (ImageAlreadyExistsException) when calling PutImage" >&2; exit 254';
    const { code, stdout } = step("mark-released", aws(there), env);
    assert.deepEqual([code, stdout], [0, ""]);
  });

  it("warns if it cannot, because the release is done", async () => {
    for (const failing of [aws("echo no >&2; exit 254"), "echo no >&2; exit 254"]) {
      const { code, stdout } = step("mark-released", failing, env);
      assert.equal(code, 0);
      assert.equal(
        stdout,
        "::warning title=The released image is not marked::The registry's lifecycle policy may delete it after later builds: no\n",
      );
    }
  });
});

describe("begin-release and end-release", () => {
  const env = {
    RELEASE_POINTER: "/slipway/image",
    RELEASE_RECORD: "/slipway/release",
    ECR_REPOSITORY: "api",
    IMAGE_TAG: "9",
    IMAGE: "r/api:9",
    DEADLINE: late,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "octo-org/octo-app",
    GITHUB_RUN_ID: "17",
  };
  const digest = `sha256:${"0a".repeat(32)}`;
  const aws = (pointer: string, record: string) => `case "$2 $4" in
    'describe-images api') echo ${digest};;
    'get-parameters /slipway/image') echo '${pointer}';;
    'get-parameters /slipway/release') echo '${record}';;
  esac`;
  const written = ({ calls }: Result) =>
    /"Name": "\/slipway\/release", "Type": "String", "Value": "(.*)", "Overwrite": true}$/.exec(
      calls.at(-1) ?? "",
    )?.[1];

  for (const [title, pointer, record, released] of [
    ["the pointer's image", "r/api:2", "r/api:1", "r/api:2"],
    ["the record's image if the pointer was created again", "unreleased", "r/api:1", "r/api:1"],
    ["the record's image if the pointer is missing", "None", "r/api:1", "r/api:1"],
    [
      "the record's image of a run that never ended",
      "None",
      "r/api:1 2026-01-02T03:04:05Z https://x",
      "r/api:1",
    ],
    ["nothing before the first release", "unreleased", "unreleased", "unreleased"],
    [
      "nothing in a first run that never ended",
      "unreleased",
      "unreleased 2026-01-02T03:04:05Z https://x",
      "unreleased",
    ],
    ["nothing if both are missing", "None", "None", "unreleased"],
  ] as const) {
    it(`keep ${title}`, async () => {
      const begun = step("begin-release", aws(pointer, record), env);
      assert.equal(begun.code, 0);
      assert.match(begun.output, /^begun=\d+\n/);
      assert.equal(
        begun.output.replace(/^begun=.*\n/, ""),
        `image=r/api@${digest}\nrelease=r/api:9@${digest}\n`,
      );
      const [image, deadline, run, ...rest] = String(written(begun)).split(" ");
      assert.deepEqual(
        [image, run, rest],
        [released, "https://github.com/octo-org/octo-app/actions/runs/17", []],
      );
      assert.equal(deadline, late);
      const ended = step("end-release", aws(pointer, record), env);
      assert.deepEqual([ended.code, written(ended)], [0, released]);
      assert.equal(ended.stdout, `Released: ${released}.\n`);
    });
  }

  for (const foreign of [
    "docker.io/evil/image:1",
    "r/api-2:1",
    "file:///etc/passwd",
    'r/api:1","Type":"SecureString',
    "r/api:1\n::set-output::",
  ]) {
    it(`ignore a value that is not an image of this service: ${JSON.stringify(foreign)}`, async () => {
      for (const command of ["begin-release", "end-release"]) {
        const result = step(command, aws(foreign, "r/api:1"), env);
        assert.equal(result.code, 0);
        assert.match(String(written(result)), /^r\/api:1(?: |$)/);
        assert.match(
          result.stdout,
          /^::warning title=Not an image of this service::The parameter \/slipway\/image holds .*, which is no image of r\/api\. It is ignored; find out who wrote it\.$/m,
        );
        assert.doesNotMatch(result.stdout, /^::set-output/m);
      }
    });
  }

  it("releases no image without a digest", () => {
    const { code, stdout, calls } = step("begin-release", "echo None", env);
    assert.deepEqual([code, calls.length], [1, 1]);
    assert.equal(
      stdout,
      "::error title=The image has no digest::The registry gives None as the digest of r/api:9.\n",
    );
  });

  it("write nothing when a parameter cannot be read", async () => {
    for (const command of ["begin-release", "end-release"]) {
      const { code, calls } = step(command, "exit 254", env);
      assert.deepEqual([code, calls.length], [254, 1]);
    }
  });

  it("write what the program reads", async () => {
    const record = written(step("begin-release", aws("r/api:2", "r/api:1"), env));
    const { image, underWay } = releaseOf(
      { pointer: "r/api:2", record },
      new Date(Date.parse(late) - 1),
    );
    assert.deepEqual(
      [image, underWay?.run],
      ["r/api:2", "https://github.com/octo-org/octo-app/actions/runs/17"],
    );
  });
});

describe("report-codedeploy", () => {
  const aws = (code: string) => `case "$*" in
    *applicationName*) printf 'app-1\\tapi\\n';;
    *) printf 'Stopped\\t${code}\\tActivated alarms: <api-errors-1>\\tNone\\n';;
  esac`;
  const run = (code: string) =>
    step("report-codedeploy", aws(code), { DEPLOYMENT_ID: "d-1" }).stdout;

  it("says how to deploy a fix while an alarm is in ALARM", async () => {
    assert.match(
      run("ALARM_ACTIVE"),
      /^::error title=CodeDeploy's deployment d-1::Stopped ALARM_ACTIVE/,
    );
    assert.match(
      run("ALARM_ACTIVE"),
      /aws deploy update-deployment-group --application-name app-1 --current-deployment-group-name api --alarm-configuration enabled=false/,
    );
    assert.doesNotMatch(run("HOOK_EXECUTION_FAILURE"), /update-deployment-group/);
  });
});

describe("report-failure", () => {
  const env = {
    AWS_REGION: "eu-central-1",
    ECS_CLUSTER: "dev",
    ECS_SERVICE: "api",
    DEPLOYED: "arn:x/api:8",
    ECS_TASK_DEFINITION: "slipway-dev-api",
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
  const events = ["ECS's events of api, newest first:", "now\tapi was unable to place a task"];

  it("says why the release's tasks stopped, and where their logs are", async () => {
    const { code, stdout, calls } = step("report-failure", aws("arn:t/1\\tarn:t/2"), env);
    assert.equal(code, 0);
    assert.deepEqual(stdout.split("\n"), [
      ...events,
      "Essential container exited; api exit code 1",
      "OOM at 99%; api",
      `Logs: ${link}`,
      `::error title=Why the deployment failed::Essential container exited; api exit code 1%0AOOM at 99%25; api%0ALogs: ${escaped}`,
      "",
    ]);
    const [describe = ""] = calls.filter((call) => call.startsWith("ecs describe-tasks "));
    assert.match(describe, /^ecs describe-tasks --cluster dev --tasks arn:t\/1 arn:t\/2 /);
    assert.match(describe, /tasks\[\?taskDefinitionArn=='arn:x\/api:8'\]/);
    assert.ok(
      calls.some((call) => call.includes("--task-definition slipway-dev-api ")),
      calls.join("\n"),
    );
  });

  it("says which alarm ended the deployment, and what to do", async () => {
    const alarmed = aws("None").replace(
      "list-tasks)",
      "list-service-deployments) echo arn:d;; describe-service-deployments) echo api-errors-1;; list-tasks)",
    );
    const { stdout, calls } = step("report-failure", alarmed, env);
    assert.match(
      stdout,
      /^::error title=An alarm ended the deployment: api-errors-1::ECS goes back to the previous release, .*you can always deploy a fix\./m,
    );
    assert.ok(
      calls.some((call) =>
        call.includes("describe-service-deployments --service-deployment-arns arn:d "),
      ),
      calls.join("\n"),
    );
  });

  it("does not ask for a value that is not a task definition", async () => {
    const file = { ...env, ECS_TASK_DEFINITION: "file:///proc/self/environ" };
    const { code, stdout, calls } = step("report-failure", aws("None"), file);
    assert.deepEqual([code, calls], [1, []]);
    assert.match(stdout, /^::error title=Wrong ECS_TASK_DEFINITION::/);
  });

  for (const [title, tasks, deployed, expected] of [
    ["no task stopped", "None", "arn:x/api:8", 4],
    ["the list is empty", "", "arn:x/api:8", 4],
    ["nothing was registered", "arn:t/1", "", 3],
  ] as const) {
    it(`says so if ${title}`, async () => {
      const { code, stdout, calls } = step("report-failure", aws(tasks), {
        ...env,
        DEPLOYED: deployed,
      });
      assert.deepEqual([code, calls.length], [0, expected]);
      const none = "ECS lists no stopped task of this release.";
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
