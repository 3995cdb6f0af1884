import assert from "node:assert/strict";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { collectArtifact, fileOf, unzip, zip } from "../../../sandbox/codepipeline/artifacts";
import { parseBuildspec } from "../../../sandbox/codepipeline/buildspec";
import { runPhases } from "../../../sandbox/codepipeline/phases";

let folder: string;

async function build(text: string, environment: Record<string, string> = {}, timeoutMs = 20_000) {
  const lines: string[] = [];
  const result = await runPhases({
    buildspec: parseBuildspec(text),
    ...{ source: folder, folder: join(folder, "shell"), timeoutMs },
    environment: { PATH: process.env.PATH, ...environment },
    onLine: (line) => lines.push(line),
  });
  const said = lines.filter((line) => !line.startsWith("[Container]"));
  return {
    ...result,
    said,
    phases: lines.flatMap((line) => /Entering phase (\w+)/.exec(line)?.[1] ?? []),
  };
}

const ofBash = (phases: string) =>
  `version: 0.2\nenv: { shell: bash, exported-variables: [OUT] }\n${phases}`;

describe("a buildspec", () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-buildspec-"));
  });

  it("runs its phases in order in one shell, and exports variables", async () => {
    const { exported, failure, said } = await build(
      ofBash(`
phases:
  build: { commands: ['echo "build $LOCAL $(basename "$PWD")"', "export OUT='a b=c'"] }
  install: { commands: ["LOCAL=kept; mkdir inside; cd inside", "say() { echo said $1; }"] }
  post_build: { commands: ["say $CODEBUILD_BUILD_SUCCEEDING"] }
`),
    );
    assert.equal(failure, undefined, "the build fails");
    assert.deepEqual(said, ["build kept inside", "said 1"]);
    assert.deepEqual(exported, { OUT: "a b=c" });
  });

  it("runs post_build after a failed build, and tells it about the failure", async () => {
    const { failure, phases, said } = await build(
      ofBash(`
phases:
  build: { commands: [echo one, "exit 3", echo never], finally: [echo finally] }
  post_build: { commands: [echo post $CODEBUILD_BUILD_SUCCEEDING] }
`),
    );
    assert.deepEqual(said, ["one", "finally", "post 0"]);
    assert.deepEqual(phases, ["BUILD", "POST_BUILD"]);
    assert.deepEqual(failure, {
      phase: "BUILD",
      code: "COMMAND_EXECUTION_ERROR",
      message: "Error while executing command: exit 3. Reason: exit status 3",
    });
  });

  it("ends after a failed pre_build", async () => {
    const phases =
      "phases: { pre_build: { commands: ['false'] }, build: { commands: [echo b] }, post_build: { commands: [echo p] } }";
    const result = await build(ofBash(phases));
    assert.deepEqual(result.said, []);
    assert.equal(result.failure?.phase, "PRE_BUILD");
  });

  it("obeys on-failure", async () => {
    const phases = (how: string) =>
      `phases: { build: { on-failure: ${how}, commands: ['false'] }, post_build: { commands: [echo p] } }`;
    const aborted = await build(ofBash(phases("ABORT")));
    assert.deepEqual([aborted.said, aborted.failure?.phase], [[], "BUILD"]);
    const continued = await build(ofBash(phases("CONTINUE")));
    assert.deepEqual([continued.said, continued.failure], [["p"], undefined]);
  });

  it("has the POSIX shell unless it asks for bash", async () => {
    const text =
      "version: 0.2\nphases: { install: { commands: ['export A=1; B=2'] }, build: { commands: ['echo $A'] } }";
    assert.deepEqual((await build(text)).said, ["1"]);
    const list = "version: 0.2\nphases: { build: { commands: ['x=(1 2) && echo $x'] } }";
    const { failure, said } = await build(list);
    // A POSIX shell has no lists, but some systems' sh is bash.
    assert.ok(failure || said[0] === "1", "sh has run neither");
  });

  it("ends a command that takes too long, with its children", async () => {
    const { failure } = await build(ofBash("phases: { build: { commands: [sleep 60] } }"), {}, 300);
    assert.deepEqual(failure, {
      phase: "BUILD",
      code: "BUILD_TIMED_OUT",
      message: "Build has timed out.",
    });
  });

  for (const [title, text, message] of [
    ["no YAML", "version: [", /YAML_FILE_ERROR/],
    ["another version", "version: 0.1", /version 0.2/],
    ["an unknown phase", "version: 0.2\nphases: { test: { commands: [] } }", /phases.*test/],
    ["an unknown key", "version: 0.2\nphases: { build: { command: [] } }", /phases.build.*command/],
    [
      "a command that is no string",
      "version: 0.2\nphases: { build: { commands: { a: b } } }",
      /phases.build.commands/,
    ],
  ] as const) {
    it(`is refused: ${title}`, () => {
      assert.throws(() => parseBuildspec(text), message);
    });
  }
});

describe("the artifacts of a build", () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-artifacts-"));
    for (const path of ["a.json", "dist/b.js", "dist/deep/c.js", "dist/deep/d.txt"]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), path);
    }
  });

  for (const [title, spec, expected] of [
    ["a name", { files: ["a.json"] }, ["a.json"]],
    [
      "everything",
      { files: ["**/*"] },
      ["a.json", "dist/b.js", "dist/deep/c.js", "dist/deep/d.txt"],
    ],
    ["one folder", { files: ["dist/*"] }, ["dist/b.js"]],
    ["a base directory", { files: ["**/*.js"], "base-directory": "dist" }, ["b.js", "deep/c.js"]],
    [
      "a pattern of a base directory",
      { files: ["*"], "base-directory": "dist/de*" },
      ["c.js", "d.txt"],
    ],
    [
      "excluded paths",
      { files: ["**/*"], "exclude-paths": ["dist/**/*.js"] },
      ["a.json", "dist/deep/d.txt"],
    ],
    ["names without folders", { files: ["dist/**/*.js"], "discard-paths": true }, ["b.js", "c.js"]],
  ] as const) {
    it(`are the files of ${title}`, async () => {
      const files = await collectArtifact(folder, {
        "discard-paths": false,
        ...spec,
        files: [...spec.files],
      } as never);
      assert.deepEqual(Object.keys(files).sort(), expected);
    });
  }

  it("are refused if nothing matches", async () => {
    const none = { files: ["x"], "discard-paths": false };
    await assert.rejects(collectArtifact(folder, none), /no matching artifact paths found/);
    const nowhere = { ...none, "base-directory": "out" };
    await assert.rejects(
      collectArtifact(folder, nowhere),
      /no matching base directory path found for out/,
    );
  });

  it("are ZIP files", async () => {
    const content = zip(await collectArtifact(folder, { files: ["**/*"], "discard-paths": false }));
    assert.equal(fileOf(content, "dist/b.js")?.toString(), "dist/b.js");
    assert.equal(fileOf(content, "b.js"), undefined);
    await unzip(content, join(folder, "copy"));
    const copy = { files: ["**/*"], "base-directory": "copy", "discard-paths": false };
    assert.equal(Object.keys(await collectArtifact(folder, copy)).length, 4);
    const outside = zip({ "../x": new Uint8Array([1]) });
    await assert.rejects(unzip(outside, join(folder, "copy")), /outside the artifact/);
  });
});
