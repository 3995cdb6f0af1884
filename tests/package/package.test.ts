import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompilerState, Extractor, ExtractorConfig } from "@microsoft/api-extractor";
import { openProject } from "../../examples/own-program/sandbox";
import { mustRun, type RunResult } from "../../sandbox/base/processes";
import { CHECKOUT } from "../../sandbox/sandbox";
import { engine, sandbox } from "../engine/harness";

const library = join(CHECKOUT, "components");
const example = join(CHECKOUT, "examples", "own-program");

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

describe("the npm package slipway", function () {
  this.timeout(300_000);
  let folder: string;
  let project: string;
  let packed: Packed;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-package-"));
    project = join(folder, "shop");
    // `prepack` builds it.
    const { stdout } = await npm(library, "pack", "--json", "--pack-destination", folder);
    [packed] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as [Packed];
  });

  it("holds the compiled library with types and source maps, the workflows' script, and nothing else", async () => {
    const paths = packed.files.map(({ path }) => path);
    const modules = paths.filter((path) => path.endsWith(".js"));
    assert.ok(modules.length > 80, paths.join("\n"));
    const expected = modules.flatMap((path) => {
      const name = path.slice(0, -".js".length);
      return [path, `${name}.d.ts`, `${path}.map`];
    });
    const others = [
      "dist/codepipeline/pipeline.sh",
      "dist/release/release.sh",
      "LICENSE",
      "README.md",
      "package.json",
    ];
    assert.deepEqual(paths.sort(), [...expected, ...others].sort());
  });

  it("has the public types of its report: npm run api accepts a change", async () => {
    const load = (name: string) => ExtractorConfig.loadFileAndPrepare(join(library, name));
    const [config, automation] = [
      load("api-extractor.json"),
      load("api-extractor-automation.json"),
    ] as const;
    const compilerState = CompilerState.create(config, {
      additionalEntryPoints: [automation.mainEntryPointFilePath],
    });
    for (const one of [config, automation]) {
      const result = Extractor.invoke(one, {
        compilerState,
        localBuild: false,
        messageCallback: (message) => {
          message.handled = true;
        },
      });
      assert.equal(result.apiReportChanged, false, one.reportFilePath);
    }
  });

  it("is installed into an empty project, and compiles there under strict", async () => {
    await cp(example, project, {
      recursive: true,
      filter: (path) => !path.endsWith("node_modules"),
    });
    const manifest = JSON.parse(await readFile(join(project, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    manifest.dependencies.slipway = `file:${join(folder, packed.filename)}`;
    await writeFile(join(project, "package.json"), JSON.stringify(manifest));
    await npm(
      project,
      "install",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
    );
    await npm(project, "run", "typecheck");
    // The project does not check the declarations of its packages.
    const compiler = join(CHECKOUT, "node_modules", "typescript-7", "bin", "tsc");
    await mustRun(process.execPath, [compiler, "--noCheck", "false", "--skipLibCheck", "false"], {
      cwd: project,
    });
  });

  it("has the command that prints a preview's comment", async () => {
    const { stdout } = await npm(
      project,
      "exec",
      "--offline",
      "--",
      "slipway-preview-comment",
      "--help",
    );
    assert.match(stdout, /^Usage: npm run preview:comment -- --stack dev/);
  });

  it("previews the example there", async function () {
    await engine.call(this);
    const box = await sandbox();
    const { stack, options } = await openProject(box, project);
    const args = ["preview", "--non-interactive", "--color", "never"];
    const result = await box.pulumi(args, { ...options, stack });
    assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`);
    assert.match(result.stdout, /\+ {2}slipway:fargate-service:FargateService api create/);
    assert.match(result.stdout, /\+ {2}aws:s3:Bucket uploads create/);
  });
});

function npm(cwd: string, ...args: string[]): Promise<RunResult> {
  return mustRun("npm", args, { cwd });
}
