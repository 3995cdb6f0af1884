import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { renderStackFile } from "../../../tools/stack-file/render";

const schemaLine = "# yaml-language-server: $schema=config/stack-file.schema.json\n";

describe("rendering a stack file", () => {
  const config = {
    "aws:region": "eu-west-1",
    "slipway:github": { repository: "octo-org/octo-app", trigger: { type: "push" } },
    "slipway:services": [{ name: "api", port: 8000 }, { name: "web" }],
  };

  it("puts the schema's line first, short comments after a value and others above its key", () => {
    const text = renderStackFile({
      title: "Two lines.\nThe second.",
      config,
      notes: [
        { path: ["aws:region"], text: "AWS_REGION" },
        { path: ["slipway:github"], text: "above an object" },
        { path: ["slipway:github", "repository"], text: "long ".repeat(20).trim() },
        { path: ["slipway:services", 0, "port"], text: "beside" },
        { path: ["slipway:services", 1], text: "above an item" },
      ],
    });
    assert.equal(
      text,
      `${schemaLine}# Two lines.
# The second.
config:
  aws:region: eu-west-1 # AWS_REGION
  # above an object
  slipway:github:
    # ${"long ".repeat(20).trim()}
    repository: octo-org/octo-app
    trigger:
      type: push
  slipway:services:
    - name: api
      port: 8000 # beside
    # above an item
    - name: web
`,
    );
  });

  it("refuses a comment for a key that is not there", () => {
    const notes = [{ path: ["slipway:github", "branch"], text: "none" }];
    assert.throws(() => renderStackFile({ title: "t", config, notes }), /no key .*branch/);
  });

  it("quotes what YAML 1.1 reads as another type", () => {
    const environment = { A: "yes", B: "012", C: "1:30", D: "~", E: "1", F: "# no", G: "" };
    const text = renderStackFile({ title: "t", config: { environment } });
    assert.deepEqual(parse(text, { version: "1.1" }).config, { environment });
  });

  it("writes what a parser reads back, whatever the values and comments are", () => {
    const line = fc.string({ minLength: 1 }).filter((text) => !/[\n\r\p{Cc}]/u.test(text));
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const values = fc.dictionary(fc.string({ minLength: 1 }), value, {
      minKeys: 1,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(values, line, line, fc.boolean(), (inner, title, text, nested) => {
        const [key = ""] = Object.keys(inner);
        const path = nested ? ["slipway:services", 0, key] : [key];
        const written = nested ? { "slipway:services": [inner] } : inner;
        const file = renderStackFile({ title, config: written, notes: [{ path, text }] });
        assert.ok(file.startsWith(schemaLine), file);
        assert.deepEqual(parse(file).config, written);
      }),
      { numRuns: 500 },
    );
  });
});
