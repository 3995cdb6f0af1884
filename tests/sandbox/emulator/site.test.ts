import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { withoutProxy } from "../../../sandbox/base/loopback";
import { run } from "../../../sandbox/base/processes";
import { installAwsCli, type Moto, startMoto, stopMoto } from "../../../sandbox/emulator/process";
import { pythonEnvironment } from "../../../sandbox/engine/python";
import { orSkip } from "../../skip";

/** The AWS CLI copies larger files in parts. */
const WHOLE = 8 * 1024 * 1024;
const HEADERS = ["CacheControl", "ContentLanguage", "ContentType"] as const;

describe("the AWS CLI of the sandbox", function () {
  this.timeout(60_000);
  let folder: string;
  let moto: Moto;
  let s3: S3;

  before(async function () {
    this.timeout(5 * 60_000);
    const python = await orSkip(this, "the emulator", pythonEnvironment());
    folder = await mkdtemp(join(tmpdir(), "slipway-emulator-"));
    moto = await startMoto(folder, python);
    await installAwsCli(folder, python);
    const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
    const endpoint = `http://127.0.0.1:${moto.port}`;
    s3 = new S3({ endpoint, region: "us-east-1", credentials });
    await s3.createBucket({ Bucket: "site" });
  });

  after(async () => {
    if (moto) await stopMoto(moto.pid, folder);
  });

  const aws = (...args: string[]) =>
    run(join(folder, "bin", "aws"), args, {
      cwd: folder,
      env: {
        ...withoutProxy({ PATH: process.env.PATH, HOME: folder }),
        ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${moto.port}`, AWS_DEFAULT_REGION: "us-east-1" },
        ...{ AWS_ACCESS_KEY_ID: "sandbox", AWS_SECRET_ACCESS_KEY: "sandbox" },
      },
    });

  it("copies headers, and no tags, as version 2 does: also in parts", async () => {
    await writeFile(join(folder, "small.js"), "1");
    await writeFile(join(folder, "large.js"), Buffer.alloc(WHOLE + 1));
    const put = ["--cache-control", "no-cache", "--content-language", "de"];
    for (const file of ["small.js", "large.js"]) {
      const { code, stderr } = await aws("s3", "cp", file, `s3://site/from/${file}`, ...put);
      assert.equal(code, 0, stderr);
      const Tagging = { TagSet: [{ Key: "a", Value: "b" }] };
      await s3.putObjectTagging({ Bucket: "site", Key: `from/${file}`, Tagging });
    }
    const props = ["--copy-props", "metadata-directive"];
    const copied = await aws("s3", "cp", "--recursive", "s3://site/from", "s3://site/to", ...props);
    assert.equal(copied.code, 0, copied.stderr);
    for (const file of ["small.js", "large.js"]) {
      const at = { Bucket: "site", Key: `to/${file}` };
      const head = await s3.headObject(at);
      const headers = HEADERS.map((name) => head[name]);
      assert.deepEqual(headers, ["no-cache", "de", "text/javascript"], file);
      assert.deepEqual((await s3.getObjectTagging(at)).TagSet, [], file);
    }
  });

  it("refuses values of the option that the sandbox does not know", async () => {
    const copy = ["s3", "cp", "s3://site/from/small.js", "s3://site/to/small.js"];
    const { code, stderr } = await aws(...copy, "--copy-props", "default");
    assert.notEqual(code, 0);
    assert.match(
      stderr,
      /argument --copy-props: Invalid choice, valid choices are:\s+metadata-directive/,
    );
  });
});
