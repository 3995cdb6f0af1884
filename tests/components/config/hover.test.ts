import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..", "..", "..");
const file = join(root, "hover.ts");

/** The text that an editor shows for a key at `|`, and the default. */
const shown: readonly (readonly [key: string, text: RegExp, fallback?: string])[] = [
  [
    "network",
    /^The VPC: a new one, or an existing one\.$/,
    "a VPC in two zones with one NAT gateway",
  ],
  ["natGateways", /^How tasks reach the internet: `single` is cheap/, '"single"'],
  ["trigger", /^The events that start a deployment: one, or a list/],
  ["port", /^The port on which the container listens/, "none: only for a worker"],
  ["matcher", /^Status codes that count as healthy/, '"200-399"'],
  ["canaryPercent", /^The share that shifts first/, "5"],
];
const parts = `import { program } from "slipway/automation";
program({
  |network: { |natGateways: "single" },
  github: { repository: "octo-org/shop", |trigger: { type: "push", branch: "main" } },
  services: [{
    name: "api", |port: 8000, healthCheck: { |matcher: "200" },
    strategy: { type: "canary", |canaryPercent: 5 },
  }],
});
`.split("|");
const source = parts.join("");

describe("an editor, in a program with slipway/automation", function () {
  this.timeout(60_000);
  let editor: ts.LanguageService;

  before(() => {
    editor = ts.createLanguageService(host());
  });

  for (const [i, [key, text, fallback]] of shown.entries()) {
    it(`shows the docstring of the argument: ${key}`, () => {
      const at = parts.slice(0, i + 1).join("").length;
      assert.ok(source.startsWith(key, at), `${key} is not there`);
      const { documentation, tags = [] } = editor.getQuickInfoAtPosition(file, at) ?? {};
      assert.match(ts.displayPartsToString(documentation), text);
      const tag = tags.find(({ name }) => name === "default");
      assert.equal(tag && ts.displayPartsToString(tag.text), fallback);
    });
  }

  it("shows it next to the keys that it proposes", () => {
    const at = source.indexOf("natGateways");
    const none = [undefined, undefined, undefined, undefined] as const;
    const found = editor.getCompletionEntryDetails(file, at, "vpcEndpoints", ...none);
    assert.match(ts.displayPartsToString(found?.documentation), /endpoints/i);
  });
});

/** An editor with `file`. It reads no SDK but Pulumi's: the others are large, and no key of a configuration has one of their types. */
function host(): ts.LanguageServiceHost {
  const options: ts.CompilerOptions = {
    ...{ strict: true, target: ts.ScriptTarget.ES2022, lib: ["lib.es2022.d.ts"], types: [] },
    ...{ module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
    paths: { "slipway/automation": [join(root, "components", "automation", "index.ts")] },
  };
  const isRead = (name: string) => /^(\.|slipway\/|@pulumi\/pulumi$|zod$)/.test(name);
  return {
    ...ts.sys,
    useCaseSensitiveFileNames: () => true,
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const content = name === file ? source : ts.sys.readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    resolveModuleNameLiterals: (literals, containing) =>
      literals.map(({ text }) =>
        isRead(text)
          ? ts.resolveModuleName(text, containing, options, ts.sys)
          : { resolvedModule: undefined },
      ),
  };
}
