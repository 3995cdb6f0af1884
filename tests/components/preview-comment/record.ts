/**
 * Records previews of this project's own stacks in a sandbox: `npm run previews:record`. It
 * leaves out what the comment does not read: the refresh, debug messages, and the properties of resources that stay as they are.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type EngineEvent, readEvents } from "../../../components/preview-comment/events";
import { stopOnSignals } from "../../../sandbox/base/processes";
import { Sandbox } from "../../../sandbox/sandbox";
import { prepare } from "../../../sandbox/stack";
import { stackConfig } from "../../harness";

type Config = Record<string, unknown>;

async function main(): Promise<void> {
  stopOnSignals();
  const folder = await mkdtemp(join(tmpdir(), "slipway-record-"));
  const sandbox = await Sandbox.open(folder);
  try {
    await recordAll(sandbox);
  } finally {
    await sandbox.down();
    await rm(folder, { recursive: true, force: true });
  }
}

async function recordAll(sandbox: Sandbox): Promise<void> {
  const dev = stackConfig("Pulumi.dev.yaml");
  const prod = stackConfig("Pulumi.prod.yaml");
  const edited = {
    memory: 1024,
    environment: { LOG_LEVEL: "info", API_TOKEN: "hunter2" },
    build: { paths: ["app/**"] },
  };
  const loadBalancer = { ...(prod["slipway:loadBalancer"] as Config), internal: true };
  const network = { natGateways: "single", availabilityZones: 3 };

  await record(sandbox, "dev", dev, "dev-create");
  await update(sandbox, "dev");
  await record(sandbox, "dev", dev, "dev-nothing");
  await record(sandbox, "dev", withService(dev, edited), "dev-update");
  await record(sandbox, "dev", withService(dev, { strategy: "code-deploy" }), "dev-replace");
  await record(sandbox, "dev", withService(dev, { memory: 100 }), "dev-mistake");
  await record(sandbox, "prod", prod, "prod-create");
  await update(sandbox, "prod");
  await record(sandbox, "prod", { ...prod, "slipway:network": network }, "prod-delete");
  await record(
    sandbox,
    "prod",
    { ...prod, "slipway:loadBalancer": loadBalancer },
    "prod-protected",
  );
}

function withService(config: Config, change: Config): Config {
  const services = config["slipway:services"] as Config[];
  return { ...config, "slipway:services": services.map((one) => ({ ...one, ...change })) };
}

async function update(sandbox: Sandbox, stack: string): Promise<void> {
  const args = ["up", "--yes", "--skip-preview", "--non-interactive"];
  const { code, stderr } = await sandbox.pulumi(args, {
    stack,
    configFile: fileOf(sandbox, stack),
  });
  if (code !== 0) throw new Error(stderr);
}

async function record(sandbox: Sandbox, stack: string, config: Config, name: string) {
  const configFile = fileOf(sandbox, stack);
  await writeFile(configFile, stringify({ config }));
  await prepare(sandbox, stack, { configFile });
  const env = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };
  const { stdout } = await sandbox.pulumi(["preview", "--json"], { stack, configFile, env });
  const lines = readEvents(stdout)
    .filter(matters)
    .map((event) => JSON.stringify(small(event)));
  await writeFile(join(__dirname, "recorded", `${name}.jsonl`), `${lines.join("\n")}\n`);
}

function fileOf(sandbox: Sandbox, stack: string): string {
  return join(sandbox.folder, `Pulumi.${stack}.yaml`);
}

/** Whether to keep an event. A step with outputs repeats the step before it, except for a component, which has only this step. */
function matters({ resourcePreEvent, resOutputsEvent, diagnosticEvent }: EngineEvent): boolean {
  const step = (resourcePreEvent ?? resOutputsEvent)?.metadata;
  const repeated = resOutputsEvent && !/^(?:slipway:|pulumi:pulumi:)/.test(step?.type ?? "");
  return step?.op !== "refresh" && !repeated && diagnosticEvent?.severity !== "debug";
}

/** The resources whose properties decide what the stack costs. */
const priced = /Service|TaskDefinition|LoadBalancer|NatGateway|Eip|Target$|Subnet$|VpcEndpoint/;

function small(event: EngineEvent): unknown {
  return JSON.parse(JSON.stringify(event), (key, value) => {
    if (key !== "metadata") return value;
    const { op, urn, type, old, new: now } = value;
    const shown = ["create", "update", "replace", "delete"].includes(op) || priced.test(type);
    if (!shown || op.includes("-replace")) return { op, urn, type };
    // Only a component's outputs are read, and those that a changed resource had before.
    const custom = (now ?? old)?.custom;
    if (custom && now) now.outputs = {};
    if (custom && old && op !== "update" && op !== "replace") old.outputs = {};
    return value;
  });
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
