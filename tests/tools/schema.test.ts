import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import fc from "fast-check";
import { parse } from "yaml";
import { stackConfig } from "../../components/config";
import { stackFileSchema } from "../../tools/schema/stack-schema";
import { absent, complete, mistakes, withMistake } from "../components/config/mistakes";

const root = join(__dirname, "../..");

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Every key of a schema, with its path. */
function keys(schema: Schema, path = ""): [path: string, key: Schema][] {
  const { anyOf = [], oneOf = [], items } = schema;
  const options = [...anyOf, ...oneOf, ...(items ? [items] : [])];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, key]): [string, Schema][] => [
      [`${path}.${name}`, key],
      ...keys(key, `${path}.${name}`),
    ]),
    ...options.flatMap((option) => keys(option, path)),
  ];
}

describe("the JSON Schema of stack files", function () {
  this.timeout(60_000);
  const schema = stackFileSchema() as Schema;
  const validate = new Ajv({ strict: false }).compile(schema);
  const accepts = (config: object) => validate({ config });

  it("is the file that editors read: npm run schema writes it", () => {
    const file = readFileSync(join(root, "config/stack-file.schema.json"), "utf8");
    assert.equal(file, `${JSON.stringify(schema, null, 2)}\n`);
  });

  it("describes every key", () => {
    const all = keys(schema.properties?.config ?? {});
    assert.ok(all.length > 200, `only ${all.length} keys`);
    assert.deepEqual(
      all.filter(([, { description = "" }]) => description.trim() === "").map(([path]) => path),
      [],
    );
  });

  for (const stack of ["dev", "prod"]) {
    it(`accepts Pulumi.${stack}.yaml, which names it in its first line`, () => {
      const text = readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
      assert.match(text, /^# yaml-language-server: \$schema=config\/stack-file\.schema\.json\n/);
      assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
    });
  }

  it("accepts an encrypted webhook and keys of other namespaces, and no unknown key of Slipway", () => {
    const encrypted = { ...complete, "slipway:slackWebhook": { secure: "v1:abc" } };
    assert.ok(accepts(encrypted), JSON.stringify(validate.errors));
    assert.equal(accepts({ ...complete, "slipway:service": [] }), false);
    assert.equal(accepts({ ...complete, "slipway:servicesX": [] }), false);
  });

  it("accepts and refuses the same values as the program", () => {
    const value = fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(undefined, null, true, 1, "1", "rolling", [], {}, [{}], { type: "push" }),
    );
    const path = fc.constantFrom(...mistakes.map(([at]) => at));
    const same = (values: Readonly<Record<string, unknown>>) => {
      const own = Object.entries(values).filter(([key]) => key.startsWith("slipway:"));
      const parsed = stackConfig.safeParse(
        Object.fromEntries(own.map(([key, inner]) => [key.slice("slipway:".length), inner])),
      );
      assert.equal(accepts(values), parsed.success, JSON.stringify(validate.errors));
    };
    mistakes.forEach((mistake) => void same(withMistake(complete, mistake)));
    fc.assert(
      fc.property(path, value, (at, written) =>
        same(withMistake(complete, [at, written === undefined ? absent : written])),
      ),
      { numRuns: 1000 },
    );
  });
});
