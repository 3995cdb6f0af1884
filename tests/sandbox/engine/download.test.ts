import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { download } from "../../../sandbox/engine/download";
import { buildEnvironment } from "../../../sandbox/engine/environment";

const URL = "https://example.com/pulumi.tar.gz";
const CONTENT = "what the release holds";
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

describe("a download", () => {
  const { PATH } = process.env;
  let folder: string;
  let file: string;

  /** Puts a `curl` first on PATH that writes this content, and its environment to a second file. */
  async function serve(content: string, code = 0): Promise<void> {
    const script = `#!/bin/sh
while [ "$1" != --output ]; do shift; done
printf %s '${content}' > "$2"
env > "$2.env"
exit ${code}
`;
    await writeFile(join(folder, "curl"), script, { mode: 0o755 });
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-download-"));
    file = join(folder, "file");
    process.env.PATH = `${folder}:${PATH}`;
    process.env.AWS_SECRET_ACCESS_KEY = "secret";
  });
  afterEach(async () => {
    process.env.PATH = PATH;
    delete process.env.AWS_SECRET_ACCESS_KEY;
  });

  it("is kept if it has the expected hash", async () => {
    await serve(CONTENT);
    assert.equal(await download(URL, SHA256, file), true);
    assert.equal(await readFile(file, "utf8"), CONTENT);
  });

  it("is removed if it has another hash", async () => {
    await serve("something else");
    await assert.rejects(
      download(URL, SHA256, file),
      /^Error: https:\/\/example\.com\/pulumi\.tar\.gz has the SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}: it is not used$/,
    );
    assert.deepEqual(await readdir(folder), ["curl", "file.env"]);
  });

  it("is no error if the address cannot be reached", async () => {
    await serve("", 6);
    assert.equal(await download(URL, SHA256, file), false);
  });

  it("runs without the user's credentials", async () => {
    await serve(CONTENT);
    await download(URL, SHA256, file);
    assert.doesNotMatch(await readFile(`${file}.env`, "utf8"), /secret/);
  });
});

describe("the environment of a build", () => {
  it("has the paths and the network settings, and nothing else", () => {
    const needed = {
      ...{
        PATH: "/bin",
        HOME: "/home/a",
        LC_ALL: "C",
        XDG_CACHE_HOME: "/c",
        https_proxy: "http://p",
      },
      ...{
        GOPROXY: "https://g",
        GOMODCACHE: "/m",
        PIP_INDEX_URL: "https://i",
        SSL_CERT_FILE: "/s",
      },
    };
    const other = {
      ...{ AWS_PROFILE: "a", GITHUB_TOKEN: "a", GH_TOKEN: "a", PULUMI_ACCESS_TOKEN: "a" },
      ...{
        GOOGLE_APPLICATION_CREDENTIALS: "a",
        NPM_TOKEN: "a",
        GOFLAGS: "-insecure",
        GOINSECURE: "*",
      },
      ...{ PYTHONPATH: "/a", NODE_OPTIONS: "--require ./a", LD_PRELOAD: "/a" },
    };
    assert.deepEqual(buildEnvironment({ ...needed, ...other }), needed);
  });
});
