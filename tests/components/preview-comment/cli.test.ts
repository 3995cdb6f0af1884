import assert from "node:assert/strict";
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../sandbox/base/processes";

const cli = join(__dirname, "../../../components/preview-comment/cli.ts");
const recording = join(__dirname, "recorded/prod-delete.jsonl");

describe("the command preview:comment", function () {
  this.timeout(30_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-preview-comment-"));
    // Writes its arguments and its variable as a warning, then fails as an engine fails.
    const engine = `#!/bin/sh
echo '{"diagnosticEvent":{"severity":"error","message":"'"$* $PULUMI_ENABLE_STREAMING_JSON_PREVIEW"'"}}'
exit 255
`;
    await writeFile(join(folder, "pulumi"), engine);
    await chmod(join(folder, "pulumi"), 0o755);
  });

  const command = (args: readonly string[], path = process.env.PATH) =>
    run(process.execPath, ["--require", "ts-node/register/transpile-only", cli, ...args], {
      env: { ...process.env, PATH: path },
    });

  it("prints a recorded preview", async () => {
    const { code, stdout } = await command(["--stack", "prod", "--events", recording]);
    assert.equal(code, 0);
    assert.match(stdout, /^### Preview of `prod`: 4 to delete, 2 to update\n/);
    const short = await command(["--stack", "prod", "--events", recording, "--limit", "1000"]);
    assert.ok(short.stdout.length <= 1001, `${short.stdout.length}`);
  });

  it("runs a preview, and ends with its exit code", async () => {
    const path = `${folder}:${process.env.PATH}`;
    const { code, stdout } = await command(["--stack", "dev", "--config-file", "x.yaml"], path);
    assert.equal(code, 255);
    assert.match(
      stdout,
      /^preview --json --non-interactive --stack dev --config-file x\.yaml true$/m,
    );
  });

  it("explains a wrong call", async () => {
    for (const [args, expected] of [
      [[], /^--stack is missing\nUsage/],
      [["--stak", "dev"], /^Unknown option '--stak'/],
      [["--stack", "dev", "--limit", "5"], /^--limit needs a number of 1000 or more, not 5\n/],
      [["--stack", "dev", "--events", "missing"], /^cannot read missing: ENOENT/],
    ] as const) {
      const { code, stderr } = await command(args);
      assert.equal(code, 2);
      assert.match(stderr, expected);
    }
    const { code, stderr } = await command(["--stack", "dev"], "/nowhere");
    assert.deepEqual([code, stderr.split("\n")[0]], [2, "pulumi is not on PATH"]);
    assert.match((await command(["--help"])).stdout, /^Usage: npm run preview:comment/);
  });
});
