import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before } from "mocha";
import { scriptOf } from "../../../../components/codepipeline/scripts";
import { previewScript } from "../../../../components/github/previews/scripts";
import { renderReleaseScript } from "../../../../components/github/workflow/release-script";
import { run } from "../../../../sandbox/base/processes";
import { pythonEnvironment } from "../../../../sandbox/engine/python";
import { orSkip } from "../../../skip";
import { findings } from "./linters";
import { matrix } from "./matrix";
import { rendered, sites } from "./workflows";

const own = join(__dirname, "../../../../.github/workflows");

// https://docs.zizmor.sh: 0 is no finding, 11 to 14 are findings by severity.
describe("the deploy workflow, checked by zizmor and shellcheck", () => {
  const options = ["--offline", "--no-config", "--persona", "pedantic", "--no-progress"].concat(
    ...["--format", "plain"],
  );
  let folder: string;
  let zizmor: string;
  let shellcheck: string;

  before(async function () {
    // A first run makes the Python environment.
    this.timeout(300_000);
    folder = await mkdtemp(join(tmpdir(), "slipway-zizmor-"));
    const programs = await orSkip(this, "zizmor and shellcheck", pythonEnvironment());
    zizmor = join(programs, "zizmor");
    shellcheck = join(programs, "shellcheck");
  });

  async function audit(file: string, content: string) {
    const path = join(folder, file);
    await writeFile(path, content);
    return run(zizmor, [...options, path]);
  }

  it("zizmor finds a mistake", async () => {
    const { code, stdout } = await audit(
      "broken.yml",
      `on: push\njobs:\n  x:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo \${{ github.head_ref }}\n`,
    );
    assert.match(stdout, /template-injection/);
    assert.ok(Number(code) > 10, `zizmor ended with ${code}`);
  });

  it("shellcheck: the script that all workflows run", async () => {
    const path = join(folder, "release.sh");
    const check = async (script: string) => {
      await writeFile(path, script);
      return run(shellcheck, [path]);
    };
    const script = renderReleaseScript({ project: "slipway", stack: "dev" });
    assert.match((await check(`${script}rm $1\n`)).stdout, /SC2086/);
    const { code, stdout } = await check(script);
    assert.equal(code, 0, stdout);
  });

  it("shellcheck: the scripts of a pipeline", async () => {
    await writeFile(
      join(folder, "release.sh"),
      renderReleaseScript({ project: "slipway", stack: "dev" }),
    );
    const path = join(folder, "pipeline.sh");
    await writeFile(path, scriptOf("pipeline.sh"));
    const { code, stdout } = await run(shellcheck, ["-x", "--source-path", folder, path]);
    assert.equal(code, 0, stdout);
  });

  it("shellcheck: the step of a preview", async () => {
    const path = join(folder, "preview.sh");
    await writeFile(path, `#!/bin/bash\nset -e\n${previewScript}`);
    const { code, stdout } = await run(shellcheck, ["--exclude", "SC2154", path]);
    assert.equal(code, 0, stdout);
  });

  it("every trigger, strategy and place of settings", async function () {
    this.timeout(120_000);
    const all = await mkdtemp(join(folder, "matrix-"));
    const files = [...matrix()].map(([file, content]) => ({ path: join(all, file), content }));
    assert.ok(files.length >= 60, `only ${files.length} files`);
    for (const { path, content } of files) await writeFile(path, content);
    const { code, stdout, stderr } = await run(zizmor, [
      ...options,
      ...files.map(({ path }) => path),
    ]);
    assert.equal(code, 0, `${stdout}${stderr}`);
  });

  for (const file of readdirSync(own)) {
    it(`and the workflow of this repository: ${file}`, async () => {
      const content = readFileSync(join(own, file), "utf8");
      assert.deepEqual(await findings(content, file), []);
      const { code, stdout, stderr } = await audit(file, content);
      assert.equal(code, 0, `${stdout}${stderr}`);
    });
  }

  for (const [file, content] of [...rendered, ...sites]) {
    it(file, async () => {
      const { code, stdout, stderr } = await audit(file, content);
      assert.equal(code, 0, `${stdout}${stderr}`);
    });
  }
});
