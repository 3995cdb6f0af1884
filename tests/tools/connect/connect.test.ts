import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { CannotError, UsageError } from "../../../tools/command";
import { run } from "../../../tools/connect/run";
import type { Task } from "../../../tools/connect/session";
import { stackConfig } from "../../harness";

const cluster = "slipway-dev-1a2b3c4";
const secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!cluster-1-AbCdEf";
const outputs = {
  cluster,
  database: { host: "db.example", readerHost: "ro.example", port: 5432, name: "app", secret },
  services: { api: { service: "api-1a2b3c4" }, web: { service: "web-1a2b3c4" } },
};
const taskArn = (id: string) => `arn:aws:ecs:eu-central-1:123456789012:task/${cluster}/${id}`;

/** A task, with the state of the agent in its container. */
const task = (id: string, agent = "RUNNING", enableExecuteCommand = true): Task => ({
  taskArn: taskArn(id),
  enableExecuteCommand,
  containers: [
    { name: "agent", runtimeId: `${id}-1` },
    {
      name: "api",
      runtimeId: `${id}-2`,
      managedAgents: [{ name: "ExecuteCommandAgent", lastStatus: agent }],
    },
  ],
});

const api = { name: "api", port: 8000, rule: { pathPatterns: ["/api/*"] } };
const open = { ...api, database: true, enableExecuteCommand: true };
const web = { name: "web", port: 3000 };
const database = { engine: "aurora-postgresql", engineVersion: "17" };

describe("npm run connect", () => {
  const { PATH } = process.env;
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "connect-"));
    program("session-manager-plugin", "");
    process.env.PATH = folder;
  });
  afterEach(() => {
    process.env.PATH = PATH;
  });

  /** A program on PATH that records its arguments, one a line. The test's PATH has no other. */
  function program(name: string, body: string): void {
    const record = `printf '%s\\n' "$@" > ${join(folder, name)}.arguments`;
    writeFileSync(join(folder, name), `#!/bin/sh\n${record}\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }

  const json = (value: unknown) => `printf '%s' '${JSON.stringify(value)}'`;

  function world(tasks: readonly Task[], exit = 0): void {
    program("pulumi", json(outputs));
    program(
      "aws",
      `case "$2" in
        list-tasks) ${json({ taskArns: tasks.map((one) => one.taskArn) })} ;;
        describe-tasks) ${json({ tasks })} ;;
        *) exit ${exit} ;;
      esac`,
    );
  }

  /** Runs the command with a stack file of these services. */
  async function connect(services: readonly object[], ...args: string[]) {
    const file = join(folder, "Pulumi.dev.yaml");
    const config = {
      ...stackConfig("Pulumi.dev.yaml"),
      ...{ "aws:region": "eu-central-1", "aws:profile": "octo" },
      ...{ "slipway:services": services, "slipway:database": database },
    };
    if (!services.some((service) => "database" in service)) {
      Reflect.deleteProperty(config, "slipway:database");
    }
    writeFileSync(file, stringify({ config }));
    let said = "";
    const code = await run([...args, "--stack", "dev", "--config-file", file], (text) => {
      said += text;
    });
    return { code, said };
  }

  const started = () =>
    readFileSync(join(folder, "aws.arguments"), "utf8").split("\n").slice(0, -1);

  it("forwards a port to the database through a task that is ready, and says how to log in", async () => {
    world([task("a", "PENDING"), task("b", "RUNNING", false), task("c")]);
    const { code, said } = await connect([open, web], "database", "--local-port", "15432");
    assert.equal(code, 0);
    const parameters = {
      ...{ host: ["db.example"], portNumber: ["5432"], localPortNumber: ["15432"] },
    };
    assert.deepEqual(started(), [
      ...["ssm", "start-session", "--target", `ecs:${cluster}_c_c-2`],
      ...["--document-name", "AWS-StartPortForwardingSessionToRemoteHost"],
      ...["--parameters", JSON.stringify(parameters)],
      ...["--region", "eu-central-1", "--profile", "octo"],
    ]);
    assert.match(
      said,
      /^aws ssm start-session --target ecs:slipway-dev-1a2b3c4_c_c-2 .* --profile octo\n/,
    );
    assert.match(said, /The database app is at localhost:15432/);
    assert.ok(said.includes(`get-secret-value --secret-id '${secret}'`), said);
  });

  it("opens a shell in the service's container, and ends with its exit code", async () => {
    world([task("a")], 3);
    const { code } = await connect([open, web], "shell", "--command", "sh -l");
    assert.equal(code, 3);
    assert.deepEqual(started(), [
      ...["ecs", "execute-command", "--interactive", "--cluster", cluster],
      ...["--task", taskArn("a"), "--container", "api", "--command", "sh -l"],
      ...["--region", "eu-central-1", "--profile", "octo"],
    ]);
  });

  it("only prints with --print, for which this machine needs no plugin", async () => {
    rmSync(join(folder, "session-manager-plugin"));
    world([task("a")]);
    const { code, said } = await connect([open, web], "shell", "--print");
    assert.equal(code, 0);
    assert.match(said, /^aws ecs execute-command --interactive .* --command \/bin\/sh /);
    assert.equal(started()[1], "describe-tasks");
  });

  for (const [why, services, args, tasks, message] of [
    ["no database", [web], ["database"], [], /the stack has no database/],
    [
      "a service without it",
      [open, web],
      ["database", "--service", "web"],
      [],
      /web does not use the database/,
    ],
    ["an unknown service", [open], ["shell", "--service", "apu"], [], /Did you mean api\?/],
    [
      "several services",
      [open, { ...web, enableExecuteCommand: true }],
      ["shell"],
      [],
      /--service is missing: api, web/,
    ],
    ["no task", [open], ["shell"], [], /service api has no running task/],
    [
      "older tasks",
      [open],
      ["shell"],
      [task("a", "RUNNING", false)],
      /started before enableExecuteCommand/,
    ],
    [
      "an unknown container",
      [open],
      ["shell", "--container", "apis"],
      [task("a")],
      /Did you mean api\?/,
    ],
    [
      "a starting agent",
      [open],
      ["shell"],
      [task("a", "PENDING")],
      /agent of ECS Exec does not run/,
    ],
    ["a wrong port", [open], ["database", "--local-port", "0"], [], /from 1 to 65535, not 0/],
    ["another word", [open], ["db"], [], /database and shell/],
  ] as const) {
    it(`says so with ${why}`, async () => {
      world(tasks);
      await assert.rejects(connect(services, ...args), (error) => {
        assert.ok(error instanceof UsageError || error instanceof CannotError, String(error));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it("names the key that allows sessions", async () => {
    world([]);
    await assert.rejects(connect([{ ...api, database: true }, web], "database"), {
      problems: [
        {
          path: "services[0].enableExecuteCommand",
          value: undefined,
          allowed: "true: sessions use ECS Exec",
          fix: "set it, run pulumi up, then release: only new tasks allow sessions",
        },
      ],
    });
  });

  for (const missing of ["aws", "session-manager-plugin", "pulumi"]) {
    it(`says how to install ${missing}`, async () => {
      world([task("a")]);
      rmSync(join(folder, missing));
      await assert.rejects(connect([open], "shell"), {
        message: new RegExp(`^${missing} is not on PATH. To install it: https://`),
      });
    });
  }

  it("passes on what AWS says", async () => {
    world([]);
    program("aws", "echo 'An error occurred (AccessDeniedException)' >&2; exit 254");
    await assert.rejects(connect([open], "shell"), /AccessDeniedException/);
  });
});
