import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before } from "mocha";
import { parse } from "yaml";
import { services } from "../../../sandbox/plugins/aws/services";
import { resources as gitHubResources } from "../../../sandbox/plugins/github/resources";
import type { BlockForm } from "../../../sandbox/plugins/kit/blocks";
import { check } from "../../../sandbox/plugins/kit/check";
import { DEFAULTS, defaultsIn } from "../../../sandbox/plugins/kit/defaults";
import type { AnyShape, Autonaming } from "../../../sandbox/plugins/kit/definition";
import { diff } from "../../../sandbox/plugins/kit/diff";
import type { Properties } from "../../../sandbox/plugins/kit/provider";
import type { Recorded } from "../../harness";
import { paths, recorded } from "./recorded";

/** The keys are explained in provider-facts/aws.yaml; a list is a string with spaces. */
interface Facts {
  readonly source: string;
  readonly computed?: string;
  readonly suppressed?: string;
  readonly forceNew?: string;
  readonly forceNewIf?: Readonly<Record<string, string>>;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly autonaming?: Omit<Autonaming<Properties>, "transform"> & { readonly lowerCase?: true };
  readonly deleteBeforeReplace?: boolean;
  readonly pluginFramework?: boolean;
  readonly plain?: string;
}

const folder = join(__dirname, "provider-facts");
const facts = readdirSync(folder).flatMap((file) =>
  Object.entries(parse(readFileSync(join(folder, file), "utf8")) as Record<string, Facts>),
);

const definitions = new Map<string, AnyShape>(
  [
    ...Object.values(services).flatMap((service) => service().resources ?? []),
    ...gitHubResources,
  ].map((definition) => [definition.type, definition as unknown as AnyShape]),
);

const scope = { region: "eu-central-1", defaultTags: { Project: "slipway" } };

const words = (text = "") => text.split(/\s+/).filter(Boolean);

function definitionOf(type: string): AnyShape {
  const definition = definitions.get(type);
  assert.ok(definition, `the sandbox has no entry for ${type}`);
  return definition;
}

/** The inputs of an entry that `test` accepts, in the form of the facts. */
function having(type: string, test: (rule: AnyShape["properties"][string]) => unknown) {
  return inputsOf(type).filter((name) => test(definitionOf(type).properties[name] ?? {}));
}

function inputsOf(type: string): string[] {
  const { properties } = definitionOf(type);
  return Object.keys(properties).filter((name) => !properties[name]?.outputOnly);
}

/** `healthCheck.path`, of each block that an entry describes. */
function computedInside(path: string, form: BlockForm | undefined): string[] {
  const blocks = Object.entries(form?.blocks ?? {});
  return [
    ...(form?.computed ?? []).map((name) => `${path}.${name}`),
    ...blocks.flatMap(([name, block]) => computedInside(`${path}.${name}`, block)),
  ];
}

function defaultOf(type: string, path: string): unknown {
  const [top = "", ...inside] = path.split(".");
  const rule = definitionOf(type).properties[top];
  const last = inside.pop();
  if (last === undefined) return rule?.default;
  const block = inside.reduce<BlockForm | undefined>(
    (form, name) => form?.blocks?.[name],
    rule?.block,
  );
  return block?.defaults?.[last];
}

/** Does an entry accept the path? */
function isKnown(type: string, path: string): boolean {
  const [top = "", member] = path.split(".");
  const members: readonly string[] | undefined = definitionOf(type).properties[top]?.block?.members;
  return inputsOf(type).includes(top) && (!member || !members || members.includes(member));
}

function checked({ type, name, inputs }: Pick<Recorded, "type" | "name" | "inputs">) {
  const urn = `urn:pulumi:dev::slipway::${type}::${name}`;
  const request = { type, name, urn, inputs, oldInputs: {}, randomSeed: new Uint8Array([1]) };
  const result = check(definitionOf(type), request, scope);
  assert.deepEqual(result.failures, [], urn);
  return result.inputs;
}

/** What Check filled in: `""` has the defaults of the resource, and each path those of the block there. */
function filledIn(path: string, value: unknown): [string, Properties][] {
  if (Array.isArray(value)) return value.flatMap((member) => filledIn(path, member));
  if (typeof value !== "object" || value === null) return [];
  const object = value as Properties;
  const names = DEFAULTS in object ? defaultsIn(object) : undefined;
  const own = names?.map((name) => [name, object[name]]);
  const inside = Object.entries(object)
    .filter(([name]) => name !== DEFAULTS && name !== "tags" && name !== "tagsAll")
    .flatMap(([name, member]) => filledIn(path ? `${path}.${name}` : name, member));
  return [...(own ? [[path, Object.fromEntries(own)] as [string, Properties]] : []), ...inside];
}

/** The same for the facts: the bridge leaves out `false`, 0 and empty strings. */
function expected(own: Facts, path: string, value: unknown): [string, Properties][] {
  if (Array.isArray(value)) return value.flatMap((member) => expected(own, path, member));
  if (typeof value !== "object" || value === null || "Statement" in value) return [];
  const prefix = path ? `${path}.` : "";
  const missing = Object.entries(own.defaults ?? {}).flatMap(([name, preset]) => {
    const member = name.slice(prefix.length);
    const here = name.startsWith(prefix) && !member.includes(".");
    return here && preset && !(member in value) ? [[member, preset] as const] : [];
  });
  const inside = Object.entries(value)
    .filter(([name]) => name !== "tags")
    .flatMap(([name, member]) => expected(own, prefix + name, member));
  return [[path, Object.fromEntries(missing)], ...inside];
}

describe("the entries of the plugins, compared with the providers' schemas", () => {
  let resources: readonly Recorded[];
  let set: ReturnType<typeof paths>;

  before(async function () {
    this.timeout(300_000);
    resources = await recorded();
    set = paths(resources);
  });

  it("has facts about all that the stacks set, and about nothing else", () => {
    assert.deepEqual([...set.keys()].sort(), facts.map(([type]) => type).sort());
    for (const [type, own] of facts) {
      const plain = words(own.plain);
      const lists = [own.computed, own.suppressed, own.forceNew].flatMap(words);
      const keys = [own.forceNewIf, own.defaults].flatMap((object = {}) => Object.keys(object));
      const known = [...plain, ...lists, ...keys];
      const found = [...(set.get(type) ?? [])];
      assert.deepEqual(
        found.filter((path) => !known.includes(path)),
        [],
        `provider-facts lacks properties of ${type}: look them up in the provider's ${own.source}`,
      );
      assert.deepEqual(
        plain.filter((path) => !found.includes(path)),
        [],
        `no stack sets these any more: remove them from ${type} in provider-facts`,
      );
    }
  });

  for (const [type, own] of facts) {
    describe(type, () => {
      it("replaces for the same properties", () => {
        const { forceNew, forceNewIf = {} } = own;
        const known = (names: readonly string[]) => names.filter((name) => isKnown(type, name));
        assert.deepEqual(
          having(type, ({ replace }) => replace === true).sort(),
          known(words(forceNew)).sort(),
        );
        assert.deepEqual(
          having(type, ({ replace }) => typeof replace === "function").sort(),
          known(Object.keys(forceNewIf)).sort(),
        );
      });

      it("leaves the same values to the service", () => {
        const { computed, suppressed, autonaming } = own;
        const entry = definitionOf(type).properties;
        const top = having(type, (rule) => rule.computed);
        const inside = inputsOf(type)
          .flatMap((name) => computedInside(name, entry[name]?.block))
          .filter((path) => set.get(type)?.has(path.slice(0, path.lastIndexOf("."))));
        const known = [computed, suppressed]
          .flatMap(words)
          .filter((path) => isKnown(type, path) && path !== autonaming?.property);
        assert.deepEqual([...top, ...inside].sort(), known.sort());
      });

      it("has the same defaults, and Check fills them in", () => {
        for (const [path, preset] of Object.entries(own.defaults ?? {})) {
          // A block needs no empty default.
          const found =
            defaultOf(type, path) ?? (path.includes(".") && !preset ? preset : undefined);
          if (isKnown(type, path)) assert.equal(found, preset, path);
        }
        for (const resource of resources.filter((one) => one.type === type)) {
          const names = [own.autonaming?.property, "region"];
          const found = filledIn("", checked(resource)).map(([path, values]) => {
            const others = Object.entries(values).filter(([name]) => path || !names.includes(name));
            return [path, Object.fromEntries(others)];
          });
          const wanted = own.pluginFramework ? [] : expected(own, "", resource.inputs);
          assert.deepEqual(new Map(found as []), new Map(wanted), resource.name);
        }
      });

      it("is named, and replaced in the same order", () => {
        const { maxLength = 255, separator = "-", lowerCase, ...naming } = own.autonaming ?? {};
        const { transform, ...entry } = definitionOf(type).name ?? {};
        const whole = own.autonaming && { ...naming, maxLength, separator };
        const filled = { maxLength: 255, separator: "-", ...entry };
        assert.deepEqual(definitionOf(type).name && filled, whole);
        assert.equal(transform?.("Prod-Logs"), lowerCase && "prod-logs");
        const { deleteBeforeReplace = false, pluginFramework } = definitionOf(type);
        assert.equal(deleteBeforeReplace, own.deleteBeforeReplace ?? false);
        assert.equal(pluginFramework, own.pluginFramework);
      });
    });
  }

  it("delete an object first if the program names it, except a configuration of CodeDeploy", () => {
    const create = facts.flatMap(([type, { autonaming }]) => {
      const [property, replacing] = [autonaming?.property, own(type)];
      if (!property || !replacing) return [];
      const urn = `urn:pulumi:dev::slipway::${type}::it`;
      const request = { type, name: "it", urn, id: "it", oldOutputs: {}, ignoreChanges: [] };
      const [old, now] = ["Old", "New"].map((name) => ({ [property]: name, [replacing]: name }));
      const result = diff(definitionOf(type), {
        ...request,
        ...{ oldInputs: { ...old, [DEFAULTS]: [] }, inputs: { ...now, [DEFAULTS]: [] } },
      });
      assert.ok(
        result.changes.some(({ replace }) => replace),
        `${type} is not replaced`,
      );
      return result.deleteBeforeReplace ? [] : [type];
    });
    assert.deepEqual(create, ["aws:codedeploy/deploymentConfig:DeploymentConfig"]);
  });
});

/** A property whose change replaces an object of the type. */
function own(type: string): string | undefined {
  return having(type, ({ replace }) => replace === true)[0];
}
