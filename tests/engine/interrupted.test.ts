import assert from "node:assert/strict";
import { mustRun, run } from "../../sandbox/base/processes";
import { getRepository } from "../../sandbox/github";
import { writeFaults } from "../../sandbox/github/faults";
import { CHECKOUT } from "../../sandbox/sandbox";
import { devWithNetwork } from "./configs";
import { Emulator } from "./emulator";
import { engine, TestStack } from "./harness";
import { runningService } from "./inventory";

const repository = "octo-org/interrupted";
/** A line in which `recover` asks for an id, and the command above it that finds the id. */
const QUESTION = /^ {4}(.+)\n {2}Flag: --id '(.+)=<id>'/gm;

describe("an update that is killed in the middle, three times", function () {
  this.timeout(600_000);
  before(engine);

  it("is resumed by the next one", async () => {
    const stack = await TestStack.create("interrupted", devWithNetwork(repository));
    const slowGitHub = (seconds: number) =>
      writeFaults(stack.sandbox.githubRoot, [{ endpoint: `^repos/${repository}$`, seconds }]);
    // Only one subnet in a VPC can have a range. GitHub answers after the kill, so the policy is left to the next update.
    await slowGitHub(10);
    await stack.kill(/aws:ec2:Subnet .*creating/);

    // The plugin still works on the policy when GitHub already has it.
    await slowGitHub(2);
    const policy = "RepositoryEnvironmentDeploymentPolicy";
    await stack.kill(new RegExp(`github:index:${policy} .*creating`), new RegExp(`:${policy}::`));
    await writeFaults(stack.sandbox.githubRoot, []);
    assert.match(
      await recoverByHand(stack),
      new RegExp(`:${policy} \\S+: imported as interrupted:interrupted:\\d+$`, "m"),
    );

    // The service's deployment does not end by itself, so the update still waits for it.
    const emulator = new Emulator(stack);
    await emulator.pace("manual");
    await stack.kill(/aws:ecs:Service .*creating/, /aws:ecs\/service:Service::api/);
    await emulator.pace("instant");
    const recovered = await recoverByHand(stack);
    const [, service] =
      /^aws:ecs\/service:Service api: imported as \S+\/(api-\w+)$/m.exec(recovered) ?? [];
    assert.ok(service, recovered);
    await emulator.advance(service);
    await stack.up();
    assert.equal((await runningService(stack)).runningCount, 1);
    await stack.assertUnchanged();
    const { clusterArns } = await stack.aws<{ clusterArns: [string] }>("ecs", "list-clusters");
    const { serviceArns } = await stack.aws<{ serviceArns: string[] }>(
      ...(["ecs", "list-services", "--cluster", clusterArns[0]] as const),
    );
    assert.equal(serviceArns.length, 1);
    await stack.destroy();
  });
});

/** Recovers as on an account, only with Pulumi's own commands, and returns what was imported. */
async function recoverByHand(stack: TestStack): Promise<string> {
  const env = await stack.env();
  const recover = (ids: readonly string[]) => {
    const flags = ids.flatMap((id) => ["--id", id]);
    const command = [
      "--require",
      "ts-node/register/transpile-only",
      "tools/recover/cli.ts",
      "--yes",
      ...flags,
    ];
    return run(process.execPath, command, { cwd: CHECKOUT, env });
  };
  await mustRun("pulumi", ["cancel", "--yes"], { cwd: CHECKOUT, env });
  const asked = await recover([]);
  const ids: string[] = [];
  for (const [, command = "", urn] of asked.stdout.matchAll(QUESTION)) {
    const known = ids.map((id) => id.split("=").at(-1));
    const found = (await candidates(stack, command)).filter((id) => !known.includes(id));
    ids.push(`${urn}=${found[0] ?? ""}`);
  }
  const { code, stdout, stderr } = ids.length > 0 ? await recover(ids) : asked;
  assert.equal(code, 0, `${asked.stdout}\n${stdout}\n${stderr}`);
  assert.match(stdout, /no create is pending any more/);
  return stdout;
}

/** The ids that the printed command finds and that are not in the stack. */
async function candidates(stack: TestStack, command: string): Promise<string[]> {
  if (command.startsWith("gh ")) {
    const { settings } = await getRepository(stack.sandbox.githubRoot, repository);
    const ids = Object.values(settings.environments.interrupted?.policyIds ?? {});
    return ids.map((id) => `interrupted:interrupted:${id}`);
  }
  const env = await stack.env();
  const { stdout } = await mustRun("bash", ["-c", command], { env });
  const { stdout: state } = await mustRun("pulumi", ["stack", "export"], { cwd: CHECKOUT, env });
  return stdout.split(/\s+/).filter((id) => id && id !== "None" && !state.includes(`"${id}"`));
}
