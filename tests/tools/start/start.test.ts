import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "..", "..", "..");

/** Runs a script after the files that ts-node loads before the program. */
function afterStart(script: string, variables: NodeJS.ProcessEnv = {}): unknown {
  const start = ["--require", join(root, "tools", "start", "index.cjs")];
  const env = { ...process.env, ...variables };
  const options = { cwd: root, env, encoding: "utf8" } as const;
  return JSON.parse(execFileSync("node", [...start, "-e", script], options));
}

describe("the program's start", () => {
  const loaded = `Object.keys(require.cache).filter((file) => file.includes("arborist/lib")).length`;
  const codePaths = `require("@pulumi/pulumi/runtime/closure/codePaths")`;

  it("loads npm's dependency resolver only on first use", () => {
    const [before, type, after] = afterStart(`
      ${codePaths};
      const before = ${loaded};
      const { createRequire } = require("node:module");
      const { Arborist } = createRequire(require.resolve("@pulumi/pulumi"))("@npmcli/arborist");
      console.log(JSON.stringify([before, typeof new Arborist({}).loadActual, ${loaded}]));
    `) as [number, string, number];
    assert.equal(before, 1, "more than the package's own entry");
    assert.equal(type, "function");
    assert.ok(after > 10, `only ${after} files`);
  });

  it("is compared with a start that loads it", () => {
    const script = `${codePaths}; console.log(${loaded})`;
    const count = execFileSync("node", ["-e", script], { cwd: root, encoding: "utf8" });
    assert.ok(
      Number(count) > 10,
      "Pulumi does not load it any more: delete tools/start/arborist.cjs",
    );
  });

  const messages = `
    const sent = [];
    const engine = { log: (request, done) => { sent.push(request.getMessage()); done(); } };
    require("@pulumi/pulumi/runtime/settings").getEngine = () => engine;
    const { log } = require("@pulumi/pulumi");
    Promise.all(["one", "two"].map((text) => log.debug(text)).concat(log.warn("three")))
      .then(() => console.log(JSON.stringify(sent)));
  `;

  it("sends the engine one debug message, which says how to get the others, and all warnings", () => {
    const [hint, ...others] = afterStart(messages) as string[];
    assert.match(hint ?? "", /PULUMI_OPTION_DEBUG=true/);
    assert.deepEqual(others, ["three"]);
  });

  for (const name of ["PULUMI_OPTION_DEBUG", "PULUMI_OPTION_VERBOSE"]) {
    it(`sends all debug messages with ${name}`, () => {
      assert.deepEqual(afterStart(messages, { [name]: "true" }), ["one", "two", "three"]);
    });
  }
});
