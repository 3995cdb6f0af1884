import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkBuild } from "../../../../components/github/workflow/check-build";
import { checkTriggers } from "../../../../components/github/workflow/check-triggers";
import { renderReleaseScript } from "../../../../components/github/workflow/release-script";
import { renderWorkflow } from "../../../../components/index";
import { only, runStack, stackConfig } from "../../../harness";
import { assertSnapshot } from "../../../snapshots/snapshot";
import { base, rendered, workflows } from "./workflows";

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly "continue-on-error"?: boolean;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

interface Workflow {
  readonly on: { readonly push: object; readonly workflow_dispatch: object };
  readonly permissions: object;
  readonly concurrency: object;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly "runs-on": string;
        readonly environment?: object;
        readonly permissions: object;
        readonly "timeout-minutes": number;
        readonly env: Readonly<Record<string, string>>;
        readonly steps: readonly Step[];
      }
    >
  >;
}

const opening = "$" + "{{";
const expression = (text: string) => `${opening} ${text} }}`;

function workflowOf(file: keyof typeof workflows) {
  const args = workflows[file];
  assert.ok(args, "there is no such workflow");
  const workflow: Workflow = parse(renderWorkflow(args));
  const { deploy } = workflow.jobs;
  assert.ok(deploy, "the workflow has no job deploy");
  return { workflow, deploy };
}

const commands = [
  ...renderReleaseScript({ project: "slipway", stack: "dev" }).matchAll(
    /^ {4}([a-z-]+)\) \w+ ;;$/gm,
  ),
].map(([, command]) => command);

const dev = () => workflowOf("deploy-api-dev.yml");
const repository = () => workflowOf("deploy-api-prod-repository.yml");
const arm64 = () => workflowOf("deploy-api-dev-arm64.yml");

describe("the scheduled tasks in the workflow", () => {
  it("get the image only after its release, from their own newest revision", () => {
    const { steps, env } = workflowOf("deploy-api-prod-code-deploy.yml").deploy;
    const names = steps.map(({ name }) => name);
    const at = names.indexOf("Put the image into the scheduled tasks");
    assert.deepEqual(names.slice(at - 1, at + 3), [
      "Move the release pointer",
      "Put the image into the scheduled tasks",
      "Register the revision that schedules run",
      "Mark the image as released",
    ]);
    assert.equal(env.ECS_SCHEDULED_TASK_DEFINITION, "slipway-prod-api-scheduled");
    assert.equal(
      steps[at]?.with?.["task-definition-family"],
      expression("env.ECS_SCHEDULED_TASK_DEFINITION"),
    );
    assert.deepEqual(Object.keys(steps[at + 1]?.with ?? {}), ["task-definition"]);
  });
});

describe("the migration in the workflow", () => {
  const { deploy } = workflowOf("deploy-api-prod-code-deploy.yml");
  const at = (name: string) => deploy.steps.findIndex((step) => step.name === name);

  it("runs after the record and before everything that changes the service", () => {
    const order = [
      "Record that a release is running",
      "Register a revision for the migration",
      "Run the migration",
      "Write the AppSpec",
      "Deploy",
      "Move the release pointer",
    ].map(at);
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
    assert.ok(!order.includes(-1), JSON.stringify(order));
  });

  it("keeps an expression of GitHub in the command as a plain string", () => {
    const migration = { command: [opening], cpu: 256, memory: 512, timeoutMinutes: 15 };
    const text = renderWorkflow({ ...base("dev", "environment"), migration });
    const { OVERRIDES } =
      (parse(text) as Workflow).jobs.deploy?.steps[at("Run the migration")]?.env ?? {};
    assert.match(OVERRIDES ?? "", /"command":\["\$\{\{ '\$\{\{' \}\}"\]/);
  });

  it("stops the job if it fails", () => {
    const { if: condition, "continue-on-error": goesOn } =
      deploy.steps[at("Run the migration")] ?? {};
    assert.deepEqual([condition, goesOn], ["steps.migration.outputs.needed == 'true'", undefined]);
  });

  it("registers a revision without a service to update", () => {
    const { with: inputs } = deploy.steps[at("Register a revision for the migration")] ?? {};
    assert.deepEqual(Object.keys(inputs ?? {}), ["task-definition"]);
  });
});

describe("the deploy workflow", () => {
  for (const [file, content] of rendered) {
    describe(file, () => {
      it("is the file of the snapshot", async () => {
        assertSnapshot(file, content);
      });

      it("pins every action by a commit, with the version beside it", async () => {
        const uses = content.split("\n").filter((line) => /^\s*uses: (?!\.\/)/.test(line));
        assert.ok(uses.length >= 6, `only ${uses.length} actions`);
        for (const line of uses) {
          assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
        }
      });

      it("pastes no expression into a script", async () => {
        const { deploy } = workflowOf(file);
        const scripts = deploy.steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
        assert.ok(scripts.length >= 8, `only ${scripts.length} scripts`);
        for (const script of scripts) {
          const [, path, command] = /^bash (\S+) ([a-z-]+)$/.exec(script) ?? [];
          assert.equal(
            path,
            `.github/slipway/release-${file.includes("prod") ? "prod" : "dev"}.sh`,
          );
          assert.ok(commands.includes(command ?? ""), `release.sh has no command ${command}`);
        }
      });

      it("never cancels a deployment, has least permissions and a time limit", async () => {
        const { workflow, deploy } = workflowOf(file);
        const stack = file.includes("prod") ? "prod" : "dev";
        assert.deepEqual(workflow.permissions, {});
        assert.deepEqual(deploy.permissions, { contents: "read", "id-token": "write" });
        assert.deepEqual(workflow.concurrency, {
          group: `deploy-api-${stack}`,
          "cancel-in-progress": false,
        });
        assert.equal(deploy["timeout-minutes"], workflows[file]?.timeouts.timeoutMinutes);
      });

      it("reads the role's secret, those of the build, and at most the variable with the names", async () => {
        const read = [...content.matchAll(/\b(?:vars|secrets)\.\w+/g)].map(String);
        const { roleSecret, build, names = {}, notify } = workflows[file] ?? {};
        const secrets = [roleSecret, ...Object.values(build?.secrets ?? {})].concat(
          notify ? [notify.secret] : [],
        );
        const variables = "variable" in names ? [`vars.${names.variable}`] : [];
        assert.deepEqual(
          [...new Set(read)],
          [...variables, ...secrets.map((name) => `secrets.${name}`)],
        );
      });
    });
  }

  it("runs its steps in the order in which each needs the one before", async () => {
    assert.deepEqual(
      dev().deploy.steps.map(({ name }) => name),
      [
        "Check out",
        "Assume the deploy role",
        "Log in to ECR",
        "Find the image",
        "Set up Buildx",
        "Build and push the image",
        "Record that a release is running",
        "Put the image into the task definition",
        "Deploy",
        "Verify that the deployed revision runs",
        "Move the release pointer",
        "Mark the image as released",
        "Report why the deployment failed",
        "Record that the release has ended",
        "Write the summary",
      ],
    );
  });

  it("builds only an image that is missing, and tags it with the commit", async () => {
    const { deploy } = dev();
    assert.equal(deploy.env.IMAGE_TAG, expression("inputs.image-tag || github.sha"));
    const missing = "steps.image.outputs.exists == 'false'";
    assert.deepEqual(
      deploy.steps.filter(({ if: condition }) => condition === missing).map(({ name }) => name),
      ["Set up Buildx", "Build and push the image"],
    );
    assert.deepEqual(deploy.steps[5]?.with, {
      context: ".",
      file: "Dockerfile",
      platforms: "linux/amd64",
      push: true,
      tags: expression("steps.image.outputs.image"),
      "cache-from": "type=gha,scope=api-dev",
      "cache-to": "type=gha,scope=api-dev,mode=max",
      provenance: false,
    });
    assert.equal(deploy["runs-on"], "ubuntu-24.04");
    assert.equal(deploy.steps[0]?.with?.["persist-credentials"], false);
  });

  it("starts on a push to one branch, or by hand with an earlier tag", async () => {
    const { workflow, deploy } = dev();
    assert.deepEqual(workflow.on, {
      push: {
        branches: ["main"],
        "paths-ignore": [".github/workflows/deploy-*.yml", ".github/slipway/**"],
      },
      workflow_dispatch: {
        inputs: {
          "image-tag": {
            description: "Tag of an image in the registry to deploy; without one, this commit's",
            type: "string",
            required: false,
          },
        },
      },
    });
    assert.deepEqual(deploy.environment, { name: "dev", url: "http://dev.elb.amazonaws.com" });
  });

  it("records that a release is running, waits for stability, verifies, moves the pointer, and records the end", async () => {
    const { steps } = dev().deploy;
    const [, , , look, , , begin, , deployStep, verify, move, , report, end] = steps;
    const image = { IMAGE: expression("steps.image.outputs.image") };
    const deadline = { DEADLINE: expression("steps.image.outputs.deadline") };
    assert.equal(look?.env?.TIMEOUT_MINUTES, "50");
    assert.deepEqual(begin?.env, { ...image, ...deadline });
    assert.equal(begin?.if, undefined);
    assert.deepEqual(deployStep?.with, {
      "task-definition": expression("steps.task-definition.outputs.task-definition"),
      cluster: expression("env.ECS_CLUSTER"),
      service: expression("env.ECS_SERVICE"),
      "wait-for-service-stability": true,
      "wait-for-minutes": 25,
      "wait-max-delay-seconds": 15,
    });
    assert.deepEqual(
      steps.filter((one) => one["continue-on-error"]).map(({ name }) => name),
      ["Deploy"],
    );
    assert.deepEqual(verify?.env, {
      DEPLOYED: expression("steps.deploy.outputs.task-definition-arn"),
      OUTCOME: expression("steps.deploy.outcome"),
      ...deadline,
    });
    assert.equal(verify?.if, undefined);
    assert.deepEqual(move?.env, { RELEASE: expression("steps.release.outputs.release") });
    assert.equal(move?.if, undefined);
    assert.equal(report?.if, "failure() && steps.deploy.outcome != 'skipped'");
    assert.deepEqual(report?.env, {
      DEPLOYED: expression("steps.deploy.outputs.task-definition-arn"),
    });
    assert.equal(end?.if, "always() && steps.release.outcome != 'skipped'");
    assert.deepEqual(end?.env, image);
  });

  it("names the run in the role's session, within 64 characters", async () => {
    const session = (args: object) => {
      const { jobs } = parse(
        renderWorkflow({ ...workflows["deploy-api-dev.yml"], ...args } as never),
      );
      const [, assume] = (jobs.deploy.steps as Step[]) ?? [];
      return String(assume?.with?.["role-session-name"]);
    };
    const run = expression("github.run_id");
    assert.equal(session({}), `deploy-api-dev-${run}`);
    const long = session({ service: "s".repeat(40), stack: "t".repeat(40) });
    assert.equal(long.replace(run, "1".repeat(15)).length, 64);
  });

  it("has no environment if the repository has the secret, and has the names themselves", async () => {
    const { workflow, deploy } = repository();
    assert.equal(deploy.environment, undefined);
    assert.deepEqual(workflow.on.push, {
      branches: ["release"],
      "paths-ignore": [".github/workflows/deploy-*.yml", ".github/slipway/**"],
    });
    assert.deepEqual(deploy.env, {
      AWS_REGION: "eu-central-1",
      ECR_REPOSITORY: "api",
      ECS_CLUSTER: "prod",
      ECS_SERVICE: "api",
      ECS_TASK_DEFINITION: "slipway-prod-api",
      RELEASE_POINTER: "/slipway/slipway/prod/api/image",
      RELEASE_RECORD: "/slipway/slipway/prod/api/release",
      SERVICE_URL: "http://prod.elb.amazonaws.com",
      IMAGE_TAG: expression("inputs.image-tag || github.sha"),
    });
    assert.equal(deploy.steps[8]?.with?.["wait-for-minutes"], 45);
    assert.equal(deploy.steps[3]?.env?.TIMEOUT_MINUTES, "70");
  });

  it("keeps a name that looks like an expression, or like YAML, as it is", async () => {
    const args = workflows["deploy-api-prod-code-deploy.yml"];
    assert.ok(args, "there is no such workflow");
    const hostile = `${opening} secrets.X }} : #\n- "quoted" '\u0085`;
    const names = { ...args.names, cluster: hostile, service: "on", appSpec: `{"a":"${opening}"}` };
    const content = renderWorkflow({ ...args, names });
    const workflow: Workflow = parse(content);
    const env = workflow.jobs.deploy?.env;
    // GitHub and act evaluate only one expression here, and it is a literal.
    const evaluated = (text = "") => text.replaceAll(expression(`'${opening}'`), opening);
    assert.equal(evaluated(env?.ECS_CLUSTER), hostile);
    assert.equal(env?.ECS_SERVICE, "on");
    assert.equal(evaluated(env?.APPSPEC), `{"a":"${opening}"}`);
    const expressions = [...content.matchAll(/\$\{\{ (.*?) }}/g)].map(([, text]) => text);
    assert.ok(!expressions.includes("secrets.X"), expressions.join());
  });

  it("builds for ARM64 on ARM64, with the configured stage and arguments", async () => {
    const { workflow, deploy } = arm64();
    assert.equal(deploy["runs-on"], "ubuntu-24.04-arm");
    assert.deepEqual(workflow.on.push, {
      branches: ["main"],
      paths: [
        "services/api/**",
        "package-lock.json",
        "!.github/workflows/deploy-*.yml",
        "!.github/slipway/**",
      ],
    });
    const { context, file, target, platforms, "build-args": args } = deploy.steps[5]?.with ?? {};
    assert.deepEqual(
      { context, file, target, platforms, args },
      {
        context: "services/api",
        file: "services/api/docker/Dockerfile.prod",
        target: "runtime",
        platforms: "linux/arm64",
        args: "NODE_VERSION=22\nGREETING=hello, world",
      },
    );
  });

  it("is what the program commits, to its trigger's branch and to the default branch", async () => {
    const { resources } = await runStack(stackConfig("Pulumi.dev.yaml"));
    const { inputs, ignoreChanges } = only(
      resources,
      "github:index/repositoryFile:RepositoryFile",
      "api-main",
    );
    const { content, ...rest } = inputs;
    assertSnapshot("deploy-api-dev.yml", String(content));
    assert.deepEqual(rest, {
      repository: "octo-app",
      branch: "main",
      file: ".github/workflows/deploy-api-dev.yml",
      commitMessage: "Deploy api to dev with Slipway",
      overwriteOnCreate: true,
    });
    assert.deepEqual(ignoreChanges, ["commitMessage", "commitAuthor", "commitEmail"]);
    const trigger = { type: "push", branch: "release" };
    const config = stackConfig("Pulumi.prod.yaml");
    const github = { ...(config["slipway:github"] as object), trigger };
    const prod = await runStack({ ...config, "slipway:github": github }, {}, "prod");
    assert.deepEqual(
      prod.resources
        .filter(({ type }) => type === "github:index/repositoryFile:RepositoryFile")
        .map(({ inputs }) => `${inputs.branch}: ${inputs.file}`)
        .sort(),
      [
        "main: .github/slipway/release-prod.sh",
        "main: .github/workflows/deploy-api-prod.yml",
        "release: .github/slipway/release-prod.sh",
        "release: .github/workflows/deploy-api-prod.yml",
      ],
    );
  });
});

const checkBranch = (branch: string, path: string) =>
  checkTriggers({ type: "push", branch }, path).map((problem) => ({ ...problem, path }));

describe("checkBranch", () => {
  for (const branch of ["main", "release/2.x", "team/x_y", "v1"]) {
    it(`accepts ${branch}`, async () => {
      assert.deepEqual(checkBranch(branch, "branch"), []);
    });
  }
  for (const branch of [
    ...["*", "release/*", "v?", "!main", "a b", "a..b", "/a", "-a", "a.lock", ""],
    ...["a\u0007", "a\u007f", "a\nb", `a${opening}github.actor}}`],
  ]) {
    it(`refuses ${JSON.stringify(branch)}`, async () => {
      assert.deepEqual(checkBranch(branch, "branch"), [
        {
          path: "branch",
          value: branch,
          allowed: "the name of one branch; a wildcard would let any branch of that kind deploy",
          fix: "for example main",
        },
      ]);
    });
  }
});

describe("checkBuild", () => {
  const allowed = `one line without ${opening}, which GitHub would evaluate in the workflow file`;
  const fix =
    "write the value itself. For longer values, let the build read a file of the repository";
  const wrong = (path: string, value: string) => [{ path, value, allowed, fix }];
  const secret = `${opening} secrets.AWS_ROLE_TO_ASSUME }}`;
  for (const [build, problems] of [
    [{}, []],
    [{ context: "a", args: { A_1: "hello, $world {{x}}" }, paths: ["services/api/**"] }, []],
    [{ args: { A: "1\nB=2" } }, wrong("build.args.A", "1\nB=2")],
    [{ args: { A: "1\rB=2" } }, wrong("build.args.A", "1\rB=2")],
    [{ args: { A: secret } }, wrong("build.args.A", secret)],
    [{ context: secret }, wrong("build.context", secret)],
    [{ dockerfile: secret }, wrong("build.dockerfile", secret)],
    [
      { target: secret },
      [
        {
          path: "build.target",
          value: secret,
          allowed: "the name of a stage in the Dockerfile",
          fix: "for example runtime, for FROM node AS runtime",
        },
      ],
    ],
    ...["", " a", "a ", "/a", "a/../b", "./a", "a[", "?", secret].map(
      (pattern) =>
        [
          { paths: ["a", pattern] },
          [
            {
              path: "build.paths[1]",
              value: pattern,
              allowed: "one of GitHub's path patterns, relative to the repository's root",
              fix: "for example services/api/**",
            },
          ],
        ] as const,
    ),
    [{ paths: ["!docs/**", "**/*.md", "a?b", "a[0-9]+/x y.txt", "*"] }, []],
    [
      { args: { "A=1\nB": "2" } },
      [
        {
          path: 'build.args["A=1\\nB"]',
          value: "2",
          allowed: "the name of a build argument: letters, digits and _, no digit first",
          fix: "for example NODE_VERSION",
        },
      ],
    ],
  ] as const) {
    it(`${problems.length === 0 ? "accepts" : "refuses"} ${JSON.stringify(build)}`, async () => {
      assert.deepEqual(checkBuild(build, "build"), problems);
    });
  }
});

describe("snapshots", () => {
  it("are not rewritten where CI is set", async () => {
    const name = "never-written.yml";
    const environment = { UPDATE_SNAPSHOTS: "1", CI: "true" };
    assert.throws(() => assertSnapshot(name, "x", environment), /refused where CI is set/);
    assert.throws(() => assertSnapshot(name, "x", {}), /never-written\.yml differs/);
    assert.equal(existsSync(join(__dirname, "..", "..", "..", "snapshots", name)), false);
  });
});
