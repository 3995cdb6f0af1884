import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assumeAccount } from "../../../sandbox/aws";
import { isAlive, processTree } from "../../../sandbox/base/process-tree";
import { mustRun, run, start } from "../../../sandbox/base/processes";
import { installAwsCli, type Moto, startMoto, stopMoto } from "../../../sandbox/emulator/process";
import { pythonEnvironment } from "../../../sandbox/engine/python";
import { orSkip } from "../../skip";
import { REGION } from "./emulator";

const ACCOUNTS = ["111111111111", "222222222222"] as const;
const IDENTITY = ["sts", "get-caller-identity", "--query", "Account", "--output", "text"];

describe("the AWS CLI of the sandbox", function () {
  this.timeout(60_000);
  let folder: string;
  let moto: Moto;
  let others: readonly number[];
  let environments: readonly NodeJS.ProcessEnv[];

  before(async function () {
    this.timeout(5 * 60_000);
    const python = await orSkip(this, "the emulator", pythonEnvironment());
    folder = await mkdtemp(join(tmpdir(), "slipway-cli-"));
    moto = await startMoto(folder, python);
    others = processTree(moto.pid);
    await installAwsCli(folder, python);
    const endpoint = `http://127.0.0.1:${moto.port}`;
    environments = await Promise.all(
      ACCOUNTS.map(async (account) => {
        const keys = await assumeAccount(endpoint, account);
        return {
          PATH: `${join(folder, "bin")}:${process.env.PATH}`,
          HOME: folder,
          AWS_ENDPOINT_URL: endpoint,
          AWS_REGION: REGION,
          AWS_DEFAULT_REGION: REGION,
          AWS_ACCESS_KEY_ID: keys.accessKeyId,
          AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
          AWS_SESSION_TOKEN: keys.sessionToken,
        };
      }),
    );
    // Until it is loaded, a call is a process of its own.
    while (workers().length === 0) await aws(IDENTITY);
  });
  after(async () => {
    if (moto) await stopMoto(moto.pid, folder);
  });

  function aws(args: readonly string[], env = environments[0]) {
    return run("aws", args, { cwd: folder, ...(env && { env }) });
  }

  /** The processes that run the calls, without the emulator and the process that starts them. */
  function workers(): number[] {
    return processTree(moto.pid).filter((pid) => !others.includes(pid));
  }

  it("runs each call with its own credentials, in a process that it keeps", async () => {
    const before = workers();
    for (const [index, account] of [...ACCOUNTS, ...ACCOUNTS].entries()) {
      const { code, stdout, stderr } = await aws(IDENTITY, environments[index % 2]);
      assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `${account}\n`, stderr: "" });
    }
    assert.deepEqual(workers(), before);
  });

  it("reads its folder and its input", async () => {
    await writeFile(join(folder, "value"), "from the folder");
    const put = "aws ssm put-parameter --type String --name";
    const script = `${put} a --value file://value; printf input | ${put} b --value file:///dev/stdin`;
    const [env] = environments;
    await mustRun("bash", ["-c", script], { cwd: folder, ...(env && { env }) });
    const names = ["ssm", "get-parameters", "--names", "a", "b", "--output", "text"];
    const { stdout } = await aws([...names, "--query", "sort(Parameters[].Value)"]);
    assert.equal(stdout, "from the folder\tinput\n");
  });

  it("runs calls at the same time, and keeps their processes for the next ones", async () => {
    const many = () => Promise.all(environments.map((env) => aws(IDENTITY, env)));
    for (let round = 0; round < 3; round++) {
      const results = await many();
      assert.deepEqual(
        results.map(({ stdout }) => stdout.trim()),
        ACCOUNTS,
      );
    }
    assert.ok(workers().length <= 2, `${workers().length} processes`);
  });

  it("takes a new process after a wrong call and after --debug", async () => {
    const wrong = await aws(["ecs", "list-cluster"]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /Invalid choice/);
    const debug = await aws([...IDENTITY, "--debug"]);
    assert.match(debug.stderr, /DEBUG/);
    const { code, stderr } = await aws(IDENTITY);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  });

  it("prints AWS's errors, with the exit code of the AWS CLI", async () => {
    const { code, stdout, stderr } = await aws(["ssm", "get-parameter", "--name", "none"]);
    assert.deepEqual([code, stdout], [255, ""]);
    assert.match(stderr, /\(ParameterNotFound\) when calling the GetParameter operation/);
  });

  it("goes on with another process if one is killed, and replaces each after fifty calls", async () => {
    for (const pid of workers()) process.kill(pid, "SIGKILL");
    const seen = new Set<number>();
    for (let call = 0; call < 60; call++) {
      const { code, stdout } = await aws(IDENTITY);
      assert.deepEqual([code, stdout], [0, `${ACCOUNTS[0]}\n`]);
      for (const pid of workers()) seen.add(pid);
    }
    assert.ok(seen.size >= 2, `${seen.size} processes`);
  });

  it("ends a call whose caller ends", async () => {
    const [env] = environments;
    const wait = ["elbv2", "wait", "load-balancer-exists", "--names", "none"];
    const caller = start("aws", wait, { cwd: folder, ...(env && { env }), stdio: "ignore" });
    const { pid = 0 } = caller;
    // It waits 15 seconds between two calls.
    await sleep(1_000);
    assert.ok(isAlive(pid), "the call has ended");
    const running = workers();
    process.kill(pid, "SIGKILL");
    await once(caller, "exit");
    const deadline = Date.now() + 10_000;
    const left = () => running.filter(isAlive).length;
    while (left() === running.length && Date.now() < deadline) await sleep(20);
    assert.equal(left(), running.length - 1);
  });
});
