import assert from "node:assert/strict";
import { openStackFile, runStackExample, type StackExample } from "../../examples/stack-example";
import { mustRun } from "../../sandbox/base/processes";
import type { Sandbox } from "../../sandbox/sandbox";
import { release } from "../../sandbox/stack";
import { attachedPlugins, attachedProgram } from "./attached";
import { engine, sandbox } from "./harness";

/** `npm run example -- NAME`, for the examples that are an application and a stack file. */
describe("an example with a stack file", function () {
  this.timeout(300_000);
  let box: Sandbox;

  before(async function () {
    await engine.call(this);
    box = await sandbox();
  });

  it("fastapi: replaces the tasks one after the other", async () => {
    const { example } = await runs("fastapi");
    const { deploymentConfiguration } = await service(example);
    assert.equal(deploymentConfiguration.strategy, "ROLLING");
  });

  it("two-services: a push to web deploys only web, as a canary", async () => {
    const { example, text } = await runs("two-services");
    const { deploymentConfiguration } = await service(example);
    assert.equal(deploymentConfiguration.strategy, "CANARY");
    assert.equal(deploymentConfiguration.canaryConfiguration?.canaryPercent, 10);
    assert.deepEqual(
      [...text.matchAll(/^(\S+\.yml): succeeded$/gm)].map(([, file]) => file),
      [".github/workflows/deploy-web-two-services.yml"],
    );
  });

  it("code-deploy-hook: no release gets users if the function reports Failed", async () => {
    const { example } = await runs("code-deploy-hook");
    const { account } = await box.credentials(example.stack);
    const region = "eu-central-1";
    const response = await fetch(`${box.endpoint}/_slipway/hook`, {
      method: "POST",
      body: JSON.stringify({
        ...{ account, region, answer: "FAILED" },
        function: `arn:aws:lambda:${region}:${account}:function:check-api`,
      }),
    });
    assert.equal(response.status, 200, await response.text());
    const { workflows } = await release(box, example.stack, example.service, example.options);
    assert.deepEqual([workflows.length, workflows[0]?.ok], [1, false]);
    assert.match(workflows[0]?.failure ?? "", /lifecycle event validation functions failed/);
  });

  /** Runs the example, with its update, its release and its preview without a change. */
  async function runs(name: string) {
    const lines: string[] = [];
    const example = await openStackFile(box, name);
    const env = await box.env(example.stack, example.options);
    const engine = { args: [await attachedProgram(env)], env: await attachedPlugins(env) };
    const print = (line: string) => lines.push(line);
    const code = await runStackExample(box, { ...example, engine }, [], print);
    const text = lines.join("\n");
    assert.equal(code, 0, text);
    assert.match(text, /^http:\/\/\S+\.elb\.amazonaws\.com$/m);
    assert.match(text, /^ +\d+ unchanged$/m);
    return { example, text };
  }

  async function service(example: StackExample): Promise<Service> {
    const outputs = (await box.outputs(example.stack, example.options)) as unknown as Outputs;
    const { service: name = "" } = outputs.services[example.service.name] ?? {};
    const { services } = await aws<{ services: Service[] }>(
      example,
      ...["ecs", "describe-services", "--cluster", outputs.cluster, "--services", name],
    );
    assert.ok(services[0], `the service ${name} does not exist`);
    return services[0];
  }

  async function aws<T>({ stack, options }: StackExample, ...args: string[]): Promise<T> {
    const env = await box.env(stack, options);
    return JSON.parse((await mustRun("aws", [...args, "--output", "json"], { env })).stdout) as T;
  }
});

interface Outputs {
  readonly cluster: string;
  readonly services: Readonly<Record<string, { readonly service: string }>>;
}

interface Service {
  readonly deploymentConfiguration: {
    readonly strategy?: string;
    readonly canaryConfiguration?: { readonly canaryPercent: number };
  };
}
