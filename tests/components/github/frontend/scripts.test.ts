import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  invalidateScript,
  keepScript,
  pointScript,
  publishScript,
} from "../../../../components/github/frontend/scripts";
import { NEWER_THAN_BASH_3 } from "../../../bsd";

const commit = (digit: number) => String(digit).repeat(40);

type Files = Readonly<Record<string, string>>;

/** A bucket, a pointer and the scripts, with an AWS CLI that works on a folder. */
class Site {
  private readonly root = mkdtempSync(join(tmpdir(), "slipway-site-"));
  private readonly bin = join(this.root, "bin");

  constructor(private readonly immutablePaths: readonly string[] = []) {
    mkdirSync(this.bin);
    cpSync(join(__dirname, "fake-aws.sh"), join(this.bin, "aws"));
    chmodSync(join(this.bin, "aws"), 0o755);
    writeFileSync(join(this.root, "pointer"), "unreleased");
  }

  run(script: string, sha: string, env: Readonly<Record<string, string>> = {}) {
    const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], {
      cwd: this.root,
      encoding: "utf8",
      env: {
        ...{ PATH: `${this.bin}:${process.env.PATH}`, FAKE_AWS: this.root, COMMIT: sha },
        ...{ BUCKET: "bucket", RELEASE_POINTER: "pointer", DISTRIBUTION: "E1" },
        ...{ SITE_URL: "https://app.example.com", GITHUB_STEP_SUMMARY: join(this.root, "summary") },
        ...env,
      },
    });
    return { status, output: stdout + stderr };
  }

  /** A run of the workflow; without files a rollback. */
  release(sha: string, files?: Files, scripts = [publishScript, invalidateScript, pointScript]) {
    rmSync(join(this.root, "site"), { recursive: true, force: true });
    for (const [file, content] of Object.entries(files ?? {})) {
      const path = join(this.root, "site", file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    for (const script of [...(files ? [keepScript(this.immutablePaths)] : []), ...scripts]) {
      const { status, output } = this.run(script, sha);
      if (status !== 0) return output;
    }
    return "";
  }

  /** The objects of a folder, without their headers. */
  in(folder: string): Files {
    const path = join(this.root, "bucket", folder);
    const all = existsSync(path) ? readdirSync(path, { recursive: true, withFileTypes: true }) : [];
    return Object.fromEntries(
      all
        .filter((entry) => entry.isFile() && !entry.name.endsWith("#"))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
        .map((file) => [file.slice(path.length + 1), readFileSync(file, "utf8")]),
    );
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), "utf8");
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const page = (text: string) => ({ "index.html": text });

describe("the scripts of a site's workflow", () => {
  const sites: Site[] = [];
  const newSite = (immutablePaths?: readonly string[]) => {
    const site = new Site(immutablePaths);
    sites.push(site);
    return site;
  };
  after(() => {
    for (const site of sites) site.remove();
  });

  it("publish a build, and go back to the one before, also if all files have the same size", () => {
    const site = newSite();
    const [one, two] = [
      { ...page("one"), "app.1.js": "1" },
      { ...page("two"), "app.2.js": "2" },
    ];
    assert.equal(site.release(commit(1), one), "");
    assert.deepEqual(site.in("live"), { "app.1.js": "1", "index.html": "one" });
    assert.equal(site.read("pointer"), commit(1));
    assert.equal(site.release(commit(2), two), "");
    // An open page still loads the file of the previous release.
    assert.deepEqual(site.in("live"), { "app.1.js": "1", "app.2.js": "2", "index.html": "two" });
    assert.equal(site.release(commit(1)), "");
    assert.equal(site.in("live")["index.html"], "one");
    assert.equal(site.read("pointer"), commit(1));
    assert.match(site.read("summary"), /see the release of 1{40}\.\n$/);
    assert.deepEqual(site.in(`releases/${commit(2)}`), { "app.2.js": "2", "index.html": "two" });
  });

  it("remove what neither this release nor the one before has", () => {
    const site = newSite();
    for (const number of [1, 2, 3]) {
      site.release(commit(number), { ...page(`${number}`), [`app.${number}.js`]: "" });
    }
    assert.deepEqual(Object.keys(site.in("live")), ["app.2.js", "app.3.js", "index.html"]);
  });

  it("publish pages last, and move the pointer only when CloudFront's cache no longer has the old ones", () => {
    const site = newSite();
    site.release(commit(1), { ...page("one"), "app.js": "1" });
    const calls = site.read("calls").split("\n").slice(0, -1);
    const published = calls.slice(calls.findIndex((call) => call.startsWith("s3 ls")));
    const copy = `s3 cp --recursive --only-show-errors --copy-props metadata-directive s3://bucket/releases/${commit(1)} s3://bucket/live`;
    assert.deepEqual(published, [
      `s3 ls s3://bucket/releases/${commit(1)}/index.html`,
      "ssm get-parameter --name pointer --query Parameter.Value --output text",
      `${copy} --exclude *.html`,
      `${copy} --exclude * --include *.html`,
      "cloudfront create-invalidation --distribution-id E1 --paths /* --query Invalidation.Id --output text",
      "cloudfront wait invalidation-completed --distribution-id E1 --id I1",
      `ssm put-parameter --name pointer --value ${commit(1)} --overwrite`,
    ]);
  });

  it("let browsers keep only the files whose names change with their content", () => {
    const site = newSite(["assets/*"]);
    site.release(commit(1), { ...page("one"), "assets/app.1.js": "1", "robots.txt": "" });
    const header = (file: string) => site.read(`bucket/releases/${commit(1)}/${file}#`);
    assert.equal(header("assets/app.1.js"), "public, max-age=31536000, immutable");
    for (const file of ["index.html", "robots.txt"]) {
      assert.equal(header(file), "public, max-age=0, s-maxage=31536000, must-revalidate");
    }
  });

  it("leave nothing of an interrupted release after the next one", () => {
    const site = newSite();
    site.release(commit(1), page("one"));
    // It publishes the files, and ends before it moves the pointer.
    site.release(commit(2), { ...page("broken"), "app.2.js": "" }, [publishScript]);
    assert.equal(site.read("pointer"), commit(1));
    site.release(commit(3), page("three"));
    assert.deepEqual(site.in("live"), page("three"));
  });

  it("refuse a value that is not a commit, a commit without a release, and a build without index.html", () => {
    const site = newSite();
    for (const wrong of ["main", "--help", commit(1).slice(1), `${commit(1)}\n`]) {
      assert.match(site.release(wrong, page("x")), /::error title=Wrong commit::/);
    }
    assert.match(site.release(commit(7)), /::error title=No release::There is no release of 7{40}/);
    assert.match(
      site.release(commit(1), { "home.html": "" }),
      /::error title=No index\.html::The build left no index\.html/,
    );
    assert.deepEqual(site.in("live"), {});
    assert.equal(site.read("pointer"), "unreleased");
  });

  it("do not take a failed request for a release that does not exist", () => {
    const site = newSite();
    site.release(commit(1), page("one"));
    const { status, output } = site.run(publishScript, commit(1), { FAKE_FAILURE: "s3 ls" });
    assert.deepEqual([status, output], [255, ""]);
  });

  it("need no newer bash than macOS has", () => {
    for (const script of [keepScript(["a/*"]), publishScript, invalidateScript, pointScript]) {
      assert.doesNotMatch(script, NEWER_THAN_BASH_3);
    }
  });
});
