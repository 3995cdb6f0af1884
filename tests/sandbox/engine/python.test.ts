import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mustRun, run } from "../../../sandbox/base/processes";
import { pipInstall, pythonEnvironment } from "../../../sandbox/engine/python";
import { orSkip } from "../../skip";

const WHEEL = "nothing-1.0-py3-none-any.whl";
const SOURCE = "nothing-2.0.tar.gz";
/** Writes the smallest package: a wheel of version 1.0, and a source archive of version 2.0. */
const PACK = `
import sys, tarfile, zipfile
info = "Metadata-Version: 2.1\\nName: nothing\\nVersion: 1.0\\n"
with zipfile.ZipFile("${WHEEL}", "w") as wheel:
    wheel.writestr("nothing-1.0.dist-info/METADATA", info)
    wheel.writestr("nothing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
    wheel.writestr("nothing-1.0.dist-info/RECORD", "")
tarfile.open("${SOURCE}", "w:gz").close()
`;

describe("pip, as the sandbox runs it,", function () {
  this.timeout(60_000);
  let python: string;
  let folder: string;

  before(async function () {
    this.timeout(5 * 60_000);
    python = join(await orSkip(this, "Python", pythonEnvironment()), "python");
    folder = await mkdtemp(join(tmpdir(), "slipway-pip-"));
    await mustRun(python, ["-c", PACK], { cwd: folder });
  });

  async function install(requirement: string) {
    const lock = join(folder, "requirements.lock");
    await writeFile(lock, `--no-index\n--find-links ${folder}\n${requirement}\n`);
    return run(python, [...pipInstall(lock), "--dry-run"]);
  }
  const hashOf = async (name: string) =>
    createHash("sha256")
      .update(await readFile(join(folder, name)))
      .digest("hex");

  it("installs a file that has the hash in the lock file", async () => {
    const { code, stderr } = await install(`nothing==1.0 --hash=sha256:${await hashOf(WHEEL)}`);
    assert.equal(code, 0, stderr);
  });

  it("refuses a file with another hash, or without one in the lock file", async () => {
    const changed = await install(`nothing==1.0 --hash=sha256:${"0".repeat(64)}`);
    assert.match(changed.stderr, /DO NOT MATCH THE HASHES/);
    const unknown = await install("nothing==1.0");
    assert.match(unknown.stderr, /Hashes are required in --require-hashes mode/);
  });

  it("refuses a package that would run its own code to be built", async () => {
    const { stderr } = await install(`nothing==2.0 --hash=sha256:${await hashOf(SOURCE)}`);
    assert.match(stderr, /No matching distribution found for nothing==2\.0/);
  });
});
