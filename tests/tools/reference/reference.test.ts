import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import type { Application, DeclarationReflection, ProjectReflection } from "typedoc" with {
  "resolution-mode": "import",
};
import { openBrowser } from "../../browser";
import { orSkip } from "../../skip";
import { defaultsInCode, literal } from "./defaults";

const root = join(__dirname, "..", "..", "..");
const pages = join(root, "docs", "reference");

/** Types that Slipway returns or computes: an optional property has no default there. */
const results =
  /\.(?:Resolved\w+|Found\w+|\w+(?:Plan|Progress|Outputs)|AutomationError|Lock|ContainerDefinition|DeploymentController)\./;
/** The unit of a number: each docstring of a number names one of these. */
const units =
  /second|minute|hour|day|percent|USD|fraction|MiB|GiB|units|\btasks?\b|checks|attempts|images|characters|instances|port|zones|share|order|priority|\bid\b/i;

/** TypeScript prints the names in a union in the order in which it read them, which an edit of another file can change. */
function sorted(page = ""): string {
  return page.replace(/`"[^`]+"`(?: \\\| `"[^`]+"`)+/g, (union) =>
    union.split(" \\| ").sort().join(" \\| "),
  );
}

describe("the reference", function () {
  this.timeout(120_000);
  let app: Application;
  let project: ProjectReflection;
  let properties: readonly DeclarationReflection[];
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-reference-"));
    const typedoc = await import("typedoc");
    app = await typedoc.Application.bootstrapWithPlugins({
      options: join(root, "tools", "reference", "typedoc.json"),
      logLevel: "Warn",
    });
    const converted = await app.convert();
    assert.ok(converted, "TypeDoc could not read the library");
    project = converted;
    properties = project
      .getReflectionsByKind(typedoc.ReflectionKind.Property)
      .filter((property) => property.isDeclaration());
  });

  it("documents every export of the package", async () => {
    app.validate(project);
    assert.equal(app.logger.validationWarningCount, 0, "TypeDoc prints each one above");
    const index = await readFile(join(root, "components", "index.ts"), "utf8");
    const exported = [...index.matchAll(/^export \* from "\.\/(.+)";$/gm)].map(([, name]) => name);
    assert.equal(exported.length, index.match(/^export/gm)?.length);
    const documented = project.children?.map(({ name }) => name) ?? [];
    assert.deepEqual(
      exported.filter((name) => !documented.includes(String(name))),
      [],
      "add the folder to entryPoints in tools/reference/typedoc.json",
    );
  });

  it("is what docs/reference contains: npm run docs:reference writes it", async () => {
    const path = join(folder, "markdown");
    const options = { router: "module" };
    await app.outputs.writeOutput({ name: "markdown", path, options }, project);
    const files = (await readdir(path, { recursive: true })).sort();
    assert.deepEqual((await readdir(pages, { recursive: true })).sort(), files);
    for (const file of files) {
      const [text, written] = await Promise.all(
        [pages, path].map((folder) => readFile(join(folder, file), "utf8")),
      );
      assert.equal(sorted(text), sorted(written), file);
    }
  });

  it("names the default of each optional argument", () => {
    const silent = properties.filter(
      (property) =>
        property.flags.isOptional &&
        !/\.transform\./.test(property.getFullName()) &&
        !results.test(property.getFullName()) &&
        defaultOf(property) === undefined,
    );
    assert.deepEqual(namesOf(silent), []);
  });

  it("names the unit of each number", () => {
    const numbers = properties.filter(({ type }) => type?.toString() === "number");
    assert.ok(numbers.length > 100, `only ${numbers.length} numbers`);
    assert.deepEqual(
      namesOf(numbers.filter((property) => !units.test(textOf(property.comment?.summary)))),
      [],
    );
  });

  it("names the defaults that the code uses", () => {
    const compared = Object.entries(defaultsInCode()).flatMap(([type, values]) =>
      Object.entries(values ?? {}).flatMap(([key, value]) => {
        const property = properties.find(
          ({ name, parent }) => name === key && parent?.name === type,
        );
        const written = property && defaultOf(property);
        // Most defaults of lists and objects are sentences. Only those in code format can be compared.
        const isPlain = typeof value !== "object" || written?.startsWith("`");
        return written && value !== undefined && isPlain
          ? [{ argument: `${type}.${key}`, written, used: literal(value) }]
          : [];
      }),
    );
    assert.ok(compared.length > 60, `only ${compared.length} defaults`);
    assert.deepEqual(
      compared.filter(({ written, used }) => !beginsWith(written.replaceAll("`", ""), used)),
      [],
    );
  });

  describe("as a site", () => {
    let browser: Browser;

    before(async function () {
      browser = await orSkip(this, "a browser", openBrowser());
      await app.outputs.writeOutput({ name: "html", path: join(folder, "site") }, project);
    });
    after(() => browser?.close());

    it("finds an argument, and shows its unit, default, consequence and source", async () => {
      const page = await browser.newPage();
      page.setDefaultTimeout(10_000);
      await page.goto(pathToFileURL(join(folder, "site", "index.html")).href);
      await page.getByRole("button", { name: "Search" }).click();
      await page.keyboard.type("canaryBakeTime");
      await page.locator("#tsd-search-results").getByRole("option").first().click();
      await page.waitForURL(/#canarybaketimeinminutes$/);
      const argument = page
        .locator("section", { has: page.locator("#canarybaketimeinminutes") })
        .last();
      const text = String(await argument.textContent());
      assert.match(text, /canaryBakeTimeInMinutes\?: number/);
      assert.match(text, /Minutes until the rest of the traffic shifts/);
      assert.match(text, /Every deployment takes this much longer/);
      assert.match(text, /Default\s*10\b/);
      const source = argument.getByRole("link", { name: /^https:/ });
      assert.match(String(await source.getAttribute("href")), /API_CanaryConfiguration\.html$/);
    });
  });
});

function defaultOf({ comment }: DeclarationReflection): string | undefined {
  const tag = comment?.blockTags.find((one) => one.tag === "@default");
  return tag && textOf(tag.content);
}

/** A reason may follow the value. */
function beginsWith(text: string, value: string): boolean {
  return text.startsWith(value) && !/^\w/.test(text.slice(value.length));
}

function textOf(parts: readonly { readonly text: string }[] | undefined): string {
  return (parts ?? []).map(({ text }) => text).join("");
}

function namesOf(found: readonly DeclarationReflection[]): string[] {
  return found.map((property) => property.getFullName());
}
