import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { changeState } from "../../sandbox/state";
import { devWithNetwork } from "./configs";
import { engine, TestStack } from "./harness";
import { runningImage, runningService } from "./inventory";
import { assertReleased } from "./ownership";

describe("a released service whose state is moved or lost", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let image: string;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("lost", devWithNetwork("octo-org/lost"), "passphrase");
    await stack.up();
    const { sha, workflows } = await stack.release();
    assert.equal(workflows[0]?.ok, true, workflows[0]?.log);
    await assertReleased(stack, sha);
    image = await runningImage(stack);
  });
  after(() => stack?.destroy());

  it("is not updated under another stack's name, and the error says how to continue", async () => {
    const renamed = await rename(stack, "found");
    const { code, stdout } = await renamed.run(["preview"]);
    await rename(renamed, stack.name);
    assert.notEqual(code, 0);
    assert.match(
      stdout,
      /The stack was slipway\/lost and is now slipway\/found\. Its network, cluster, /,
    );
    assert.match(stdout, /Rename the stack back \(pulumi stack rename\), or create a new stack, /);
    await stack.assertUnchanged();
  });

  it("is imported from the list of a preview, and keeps its names and its image", async () => {
    const { folder } = stack.sandbox;
    const [state, file] = [join(folder, "lost.json"), join(folder, "import.json")];
    await stackCommand(stack, "export", "--file", state);
    const ids = idsOf(JSON.parse(await readFile(state, "utf8")));
    const { serviceName } = await runningService(stack);
    const empty = { version: 3, deployment: { manifest: {}, resources: [] } };
    await writeFile(state, JSON.stringify(empty));
    await stackCommand(stack, "import", "--file", state);

    await stack.configure({ ...stack.config, "slipway:keepNames": true });
    await succeeds(["preview", "--import-file", file]);
    const list = JSON.parse(await readFile(file, "utf8")) as ImportFile;
    for (const resource of list.resources.filter(({ component }) => !component)) {
      resource.id = ids.get(`${resource.type} ${resource.logicalName ?? resource.name}`);
    }
    await writeFile(file, JSON.stringify(list));
    await succeeds(["import", "--file", file, "--yes", "--generate-code=false", "--protect=false"]);
    const replaced = (await stack.preview()).filter(({ op }) => op !== "update");
    assert.deepEqual(
      replaced.map(({ op, resource }) => [op, resource]),
      [["replace", "aws:ecs/taskDefinition:TaskDefinition api"]],
    );
    await stack.up();
    assert.equal((await runningService(stack)).serviceName, serviceName);
    assert.equal(await runningImage(stack), image);
    await stack.assertUnchanged();
  });

  async function succeeds(args: string[]): Promise<void> {
    const { code, stdout, stderr } = await stack.run(args);
    assert.equal(code, 0, stdout + stderr);
  }
});

interface ImportFile {
  readonly resources: {
    readonly type: string;
    readonly name: string;
    readonly logicalName?: string;
    readonly component?: boolean;
    id?: string | undefined;
  }[];
}

interface Exported {
  readonly deployment: {
    readonly resources: readonly {
      readonly urn: string;
      readonly type: string;
      readonly id?: string;
      readonly outputs?: Record<string, unknown>;
    }[];
  };
}

/** The import ids of each resource, which a user looks up in the consoles. */
function idsOf({ deployment }: Exported): Map<string, string> {
  return new Map(
    deployment.resources.map((resource) => {
      const name = resource.urn.split("::").at(-1);
      return [`${resource.type} ${name}`, importId(resource)] as const;
    }),
  );
}

/** The import id if it differs from the id in the state. */
function importId({ type, id = "", outputs = {} }: Exported["deployment"]["resources"][number]) {
  switch (type) {
    case "aws:ecs/taskDefinition:TaskDefinition":
      return String(outputs.arn);
    case "aws:cloudwatch/eventTarget:EventTarget":
      return `${outputs.rule}/${outputs.targetId}`;
    case "aws:cloudwatch/logMetricFilter:LogMetricFilter":
      return `${outputs.logGroupName}:${outputs.name}`;
    case "aws:ec2/route:Route":
      return `${outputs.routeTableId}_${outputs.destinationCidrBlock}`;
    case "aws:ec2/routeTableAssociation:RouteTableAssociation":
      return `${outputs.subnetId}/${outputs.routeTableId}`;
    case "aws:ecs/service:Service":
      return `${String(outputs.cluster).split("/").at(-1)}/${outputs.name}`;
    default:
      return id;
  }
}

/** These commands accept no stack file. */
async function stackCommand({ sandbox, name }: TestStack, ...args: string[]): Promise<void> {
  const result = await sandbox.pulumi(["stack", ...args], { stack: name });
  assert.equal(result.code, 0, result.stdout + result.stderr);
}

/** Runs `pulumi stack rename`, and renames the sandbox's own data: account, keys, stack file. */
async function rename(stack: TestStack, name: string): Promise<TestStack> {
  const { folder } = stack.sandbox;
  await stackCommand(stack, "rename", name);
  await changeState(folder, async (state) => {
    const account = state.accounts[stack.name];
    assert.ok(account, "the address has no account");
    state.accounts[name] = account;
  });
  const home = (of: string) => join(folder, "stacks", of);
  await cp(home(stack.name), home(name), { recursive: true });
  return TestStack.create(name, stack.config, "passphrase");
}
