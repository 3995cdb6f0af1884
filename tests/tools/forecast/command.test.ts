import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ConfigurationError } from "../../../components/index";
import { UsageError } from "../../../tools/command";
import { run } from "../../../tools/forecast/run";
import { threeServices } from "../../config/stacks";

const ansi = "\u001b[";
const page = { width: 80, colour: false };
/** Started as in package.json: without the development packages. */
const register = ["--require", "ts-node/register/transpile-only"];
const root = join(__dirname, "..", "..", "..");

describe("npm run forecast", () => {
  let folder = "";
  let three = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "forecast-"));
    three = join(folder, "three.yaml");
    writeFileSync(three, stringify({ config: threeServices }));
  });

  const json = async (...args: string[]): Promise<Record<string, Record<string, unknown>>> =>
    JSON.parse(await run([...args, "--json"], page));

  it("prints phases, expected seconds and rollback seconds of each service as JSON", async () => {
    const { api, ...others } = await json("--stack", "prod");
    assert.deepEqual(others, {});
    assert.deepEqual(
      [api?.expectedSeconds, api?.rollbackSeconds, api?.peakTasks, api?.waitMinutes],
      [340, 100, 4, 25],
    );
    assert.ok(Array.isArray(api?.phases) && api.phases.length === 7, JSON.stringify(api?.phases));
    assert.deepEqual(Object.keys(await json("--config-file", three)), ["api", "admin", "web"]);
  });

  it("forecasts one service, also with other settings", async () => {
    const seconds = async (...args: string[]) =>
      (await json("--config-file", three, "--service", "web", ...args)).web?.expectedSeconds;
    assert.equal(await seconds(), 340);
    assert.equal(await seconds("--startup-seconds", "50"), 370);
    assert.equal(await seconds("--set", "strategy=blue-green"), 410);
    assert.equal(await seconds("--set", "deregistrationDelay=300"), 620);
    assert.equal(
      await seconds("--set", "strategy=canary", "--set", "strategy.canaryBakeTimeInMinutes=4"),
      660,
    );
    assert.equal(
      await seconds("--set", "deregistrationDelay=300", "--set", "deregistrationDelay=null"),
      340,
    );
  });

  it("prints a table, a chart and a summary that fit the terminal", async () => {
    for (const width of [60, 80, 120]) {
      const text = await run(["--stack", "prod"], { ...page, width });
      const [, chart = ""] = text.split("old and new: healthy/running tasks");
      const widest = Math.max(...chart.split("\n").map((line) => [...line].length));
      assert.ok(widest <= width, `${widest} of ${width}`);
      assert.match(text, /5 min 40 s \(bake 4 min/);
      assert.match(text, /shorter with:\n {2}a deregistrationDelay of 10 s/);
      assert.match(text, /^ {4}1 ┤█+░+▓+$/m);
    }
  });

  it("says what waits for a deployment: the workflow, or the pipeline", async () => {
    assert.match(await run(["--stack", "dev"], page), /the workflow waits \d+ min/);
    const file = join(__dirname, "../../../examples/codepipeline/Pulumi.dev.yaml");
    const waits = async (strategy: string) =>
      /waits +(.*)/.exec(
        await run(["--config-file", file, "--set", `strategy=${strategy}`], page),
      )?.[1];
    assert.equal(await waits("rolling"), "the pipeline waits 25 min");
    // The action's own limit.
    assert.equal(await waits("linear"), "the pipeline waits 60 min");
    assert.equal(await waits("code-deploy"), "the pipeline waits for CodeDeploy");
  });

  it("paints only where it may", async () => {
    const plain = await run(["--stack", "dev"], page);
    assert.ok(!plain.includes(ansi), plain);
    const painted = await run(["--stack", "dev"], { ...page, colour: true });
    assert.ok(painted.includes(`${ansi}34m█`), painted);
  });

  it("compares all strategies, and says which ones Slipway refuses for the service", async () => {
    const text = await run(["--stack", "prod", "--compare", "strategies"], page);
    assert.match(text, /^rolling .*\nblue-green .*\ncanary .*\nlinear .*\ncode-deploy /m);
    const compared = await json(
      "--config-file",
      three,
      "--service",
      "api",
      "--compare",
      "percents",
    );
    // With one task, ECS cannot replace it with 50/100, and 50/150 rounds to the same.
    assert.deepEqual(Object.keys(compared.api ?? {}), ["100/200"]);
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      "an unknown stack",
      ["--stack", "prd"],
      /no stack "prd"; known: dev, prod\. Did you mean prod\?/,
    ],
    ["an unknown file", ["--config-file", "nowhere.yaml"], /there is no .*nowhere\.yaml/],
    ["a folder as the file", ["--config-file", "docs"], /cannot read .*docs: EISDIR/],
    ["no launches", ["--launches-per-minute", "0"], /a number of 1 or more, not 0/],
    ["an unknown service", ["--service", "web"], /no service "web"; known: api$/],
    ["an unknown option", ["--servce", "api"], /no option "servce"; .* Did you mean service\?/],
    ["a word alone", ["prod"], /prod is not an option/],
    ["no value", ["--svg"], /--svg needs a value/],
    ["a word for seconds", ["--startup-seconds", "soon"], /a number of 0 or more, not soon/],
    ["a change without a value", ["--set", "cpu"], /path=value, .* not cpu/],
    [
      "an unknown comparison",
      ["--compare", "prices"],
      /one of strategies, percents, services, not prices/,
    ],
    ["a change that is not YAML", ["--set", "cpu=[1"], /--set cpu: Flow/],
    ["an unknown release", ["--release", "bad"], /good, exits, unhealthy, not bad/],
    ["an unknown section", ["--show", "phases,all"], /phases, chart, summary, not all/],
    ["a picture in no folder", ["--svg", "/nowhere/a.svg"], /cannot write \/nowhere\/a\.svg/],
  ];
  for (const [what, args, message] of wrong) {
    it(`refuses ${what}, and says what there is`, () =>
      assert.rejects(run(args, page), (error) => {
        assert.ok(error instanceof UsageError, String(error));
        assert.match(error.message, message);
        return true;
      }));
  }

  it("reports the mistakes of a stack file as an update does", async () => {
    await assert.rejects(
      run(["--stack", "dev", "--set", "memory=7", "--set", "strategy=rollng"], page),
      (error) => {
        assert.ok(error instanceof ConfigurationError, String(error));
        const paths = error.problems.map(({ path }) => path).sort();
        assert.deepEqual(paths, ["slipway:services[0].memory", "slipway:services[0].strategy"]);
        return true;
      },
    );
  });

  it("reads what pulumi config set wrote as a string, and names a file that is not YAML", async () => {
    const file = join(folder, "text.yaml");
    const services = JSON.stringify(threeServices["slipway:services"]);
    writeFileSync(file, stringify({ config: { ...threeServices, "slipway:services": services } }));
    assert.deepEqual(Object.keys(await json("--config-file", file)), ["api", "admin", "web"]);
    writeFileSync(file, "config: [");
    await assert.rejects(run(["--config-file", file], page), /text\.yaml: Flow/);
  });

  it("never prints what is encrypted", async () => {
    const file = join(folder, "encrypted.yaml");
    const config = { ...threeServices, "slipway:services": { secure: "v1:abc" } };
    writeFileSync(file, stringify({ config }));
    await assert.rejects(run(["--config-file", file], page), (error: Error) => {
      assert.match(error.message, /services: "\[secret\]"/);
      assert.doesNotMatch(error.message, /v1:abc/);
      return true;
    });
  });

  it("runs alone, without an engine, and ends with 2 after a wrong call", () => {
    const call = (...args: string[]) =>
      spawnSync(process.execPath, [...register, "tools/forecast/cli.ts", ...args], {
        cwd: root,
        encoding: "utf8",
        env: { PATH: process.env.PATH },
      });
    const good = call("--stack", "prod", "--json");
    assert.equal(good.status, 0, good.stderr);
    assert.equal(JSON.parse(good.stdout).api.expectedSeconds, 340);
    const bad = call("--stack", "prd");
    assert.deepEqual([bad.status, bad.stdout], [2, ""]);
    assert.match(bad.stderr, /--help lists the options/);
  }).timeout(30_000);
});
