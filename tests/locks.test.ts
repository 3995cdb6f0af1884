import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { satisfies, subset } from "semver";
import { parse } from "yaml";

const ROOT = join(__dirname, "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const json = <T>(path: string) => JSON.parse(read(path)) as T;

interface Package {
  readonly version?: string;
  readonly link?: boolean;
  readonly integrity?: string;
  readonly license?: string;
  readonly engines?: { readonly node?: string };
}

const MANIFESTS = ["package.json", "components/package.json", "examples/own-program/package.json"];
const { packages } = json<{ packages: Record<string, Package> }>("package-lock.json");
const downloaded = Object.entries(packages).filter(
  ([path, { link }]) => path.includes("node_modules/") && !link,
);

describe("the lock files", () => {
  it("have a hash for every npm package, of every system", () => {
    const without = downloaded.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"));
    assert.deepEqual(without, []);
  });

  it("have a hash for every Python package", () => {
    const entries = read("sandbox/engine/python/requirements.lock").split(/\n(?=\S)/);
    assert.deepEqual(
      entries.filter((entry) => !/^[\w.-]+==[^\n]+\n {4}--hash=sha256:[0-9a-f]{64}/.test(entry)),
      [],
    );
  });

  for (const module of ["pulumi", "language-nodejs", "act"]) {
    it(`have a hash for every Go module of ${module}`, () => {
      const sums = read(`sandbox/engine/${module}/go.sum`);
      const text = read(`sandbox/engine/${module}/go.mod`);
      const required = [...text.matchAll(/^(?:require )?\t?([\w.~/-]+\.\S+) (v\S+)/gm)];
      assert.notEqual(required.length, 0);
      const missing = required.filter(
        ([, name, version]) => !sums.includes(`${name} ${version}/go.mod h1:`),
      );
      assert.deepEqual(missing, []);
    });
  }
});

describe("Node.js", () => {
  const { node } = json<{ engines: { node: string } }>("package.json").engines;

  it("is the same in every package", () => {
    const ranges = MANIFESTS.map((path) => json<Package>(path).engines?.node);
    assert.deepEqual(
      ranges,
      MANIFESTS.map(() => node),
    );
  });

  it("can be every version that the README names: each package supports it", () => {
    const narrower = downloaded
      .filter(([, { engines }]) => engines?.node && !subset(node, engines.node))
      .map(([path, { version, engines }]) => `${path} ${version} needs Node ${engines?.node}`);
    assert.deepEqual(narrower, []);
  });

  it("has these versions in the README and in CI", () => {
    const versions = [...node.matchAll(/\d+\.\d+/g)].map(([version]) => version);
    assert.equal(versions.length, 3);
    const [first, second, third] = versions;
    const { jobs } = parse(read(".github/workflows/ci.yml")) as {
      jobs: { verify: { strategy: { matrix: { node: string[] } } } };
    };
    assert.deepEqual(jobs.verify.strategy.matrix.node, versions);
    const sentence = `Node ${first}, ${second} or ${third}`;
    assert.ok(read("README.md").includes(sentence), `README.md does not say "${sentence}"`);
  });
});

describe("npm run setup", () => {
  const { node } = json<{ engines: { node: string } }>("package.json").engines;
  for (const version of [
    "18.20.0",
    "20.18.9",
    "20.19.0",
    "21.9.0",
    "22.12.0",
    "22.13.0",
    "23.9.0",
    "24.0.0",
    "26.1.0",
  ]) {
    it(`${satisfies(version, node) ? "accepts" : "refuses"} Node ${version}`, () => {
      const versions = `{ ...process.versions, node: "${version}" }`;
      const fake = `Object.defineProperty(process, "versions", { value: ${versions} })`;
      const args = ["--import", `data:text/javascript,${fake}`, "sandbox/setup.mjs"];
      // Packages that differ from the lock would be installed in the middle of the tests: there is no npm.
      const env = { ...process.env, npm_execpath: "none.js" };
      const { status, stderr } = spawnSync(process.execPath, args, {
        ...{ cwd: ROOT, encoding: "utf8", env },
      });
      const refusal = `Slipway needs Node.js ${node}, and this is ${version}: nodejs.org\n`;
      if (satisfies(version, node)) assert.ok(!stderr.includes("needs Node.js"), stderr);
      else assert.deepEqual([status, stderr], [1, refusal]);
    });
  }
});

describe("the licence section of the README", () => {
  /** The licences under which a library may be used in any program. */
  const PERMISSIVE =
    /^\(?(Apache-2\.0|MIT|ISC|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|Python-2\.0|PSF-2\.0|CC0-1\.0|CC-BY-3\.0|SEE LICENSE IN LICENSE)( (OR|AND) (Apache-2\.0|MIT|BSD-3-Clause|Zlib))?\)?$/;

  it("names every package with another licence", () => {
    const section = /^## Licence\n(.+)/ms.exec(read("README.md"))?.[1] ?? "";
    const others = downloaded.filter(([, { license }]) => !PERMISSIVE.test(license ?? ""));
    const named = others.map(([path, { license }]) => [
      path.replace(/^.*node_modules\//, ""),
      license,
    ]);
    assert.notEqual(named.length, 0);
    const missing = named.filter(([name, license]) => {
      return !section.includes(`\`${name}\``) || !section.includes(`${license}`);
    });
    assert.deepEqual(missing, []);
  });
});
