import assert from "node:assert/strict";
import type { types } from "@pulumi/aws";
import type * as ssm from "@pulumi/aws/ssm";
import { AwsContext } from "../../../sandbox/plugins/aws/context";
import { type AnyResource, resource } from "../../../sandbox/plugins/aws/definition";
import { sameContainers } from "../../../sandbox/plugins/aws/ecs/container-definitions";
import { AwsProvider } from "../../../sandbox/plugins/aws/provider";
import { check } from "../../../sandbox/plugins/kit/check";
import { diff } from "../../../sandbox/plugins/kit/diff";
import {
  type CheckRequest,
  InitializationError,
  type Properties,
  UNKNOWN,
} from "../../../sandbox/plugins/kit/provider";
import { inputsOf, outputsOf, previewOutputs } from "../../../sandbox/plugins/kit/state";
import { samePolicy } from "../../../sandbox/plugins/kit/values";
import { environment, nowhere } from "./nowhere";

const type = "aws:ssm/parameter:Parameter";
const urn = `urn:pulumi:dev::slipway::${type}::pointer`;
const aws = new AwsContext("eu-central-1", nowhere, { project: "slipway" });

/** A small entry, so that the tests show the framework and not SSM. */
const parameter: AnyResource = resource<ssm.ParameterArgs, ssm.ParameterState>({
  type,
  name: { property: "name", maxLength: 20 },
  properties: {
    arn: { computed: true },
    dataType: { computed: true },
    description: {},
    insecureValue: {},
    name: { replace: true },
    overwrite: { default: false, local: true },
    tier: { default: "Standard", suppress: (old, value) => !old && value === "Standard" },
    type: { replace: true },
    value: { equal: samePolicy },
  },
  outputs: { hasValueWo: "stable", version: { when: ["insecureValue"] } },
  tagging: { add: async () => {}, remove: async () => {} },
  create: async () => "",
  read: async () => ({ properties: { type: "String" as types.enums.ssm.ParameterType } }),
  delete: async () => {},
});

function checked(inputs: Properties, oldInputs: Properties = {}) {
  const randomSeed = new Uint8Array([1]);
  return check(parameter, { urn, type, name: "pointer", oldInputs, inputs, randomSeed }, aws);
}

function checkOf(definition: AnyResource, request: CheckRequest): Properties {
  const { inputs, failures } = check(definition, request, aws);
  assert.deepEqual(failures, []);
  return inputs;
}

function changes(oldInputs: Properties, inputs: Properties) {
  const request = { urn, type, name: "pointer", id: "x", oldOutputs: {}, ignoreChanges: [] };
  return diff(parameter, { ...request, oldInputs, inputs });
}

describe("the AWS plugin", () => {
  describe("check", () => {
    it("fills in defaults, name, region and all tags", () => {
      const { inputs, failures } = checked({ type: "String", tags: { a: "1" } });
      assert.deepEqual(failures, []);
      assert.match(String(inputs.name), /^pointer-[0-9a-f]{7}$/);
      assert.deepEqual(inputs, {
        __defaults: ["name", "region", "tier"],
        name: inputs.name,
        region: "eu-central-1",
        tags: { a: "1" },
        tagsAll: { a: "1", project: "slipway" },
        tier: "Standard",
        type: "String",
      });
    });

    it("keeps a default that it filled in before, even an empty one", () => {
      const old = { type: "String", tier: "Advanced", overwrite: false };
      const { inputs } = checked({ type: "String" }, { ...old, __defaults: ["overwrite", "tier"] });
      assert.deepEqual([inputs.tier, inputs.overwrite], ["Advanced", false]);
      const { inputs: fresh } = checked({ type: "String" }, { ...old, __defaults: [] });
      assert.deepEqual([fresh.tier, fresh.overwrite], ["Standard", undefined]);
    });

    it("fills in the defaults of blocks, and lists them there", () => {
      const definition = {
        ...parameter,
        properties: {
          check: {
            block: {
              defaults: { enabled: true, grace: 0, port: "traffic-port" },
              blocks: { routes: { defaults: { weight: 1 } } },
            },
          },
        },
      } as unknown as AnyResource;
      const of = (check: unknown, old?: unknown) => {
        const request = { urn, type, name: "p", randomSeed: new Uint8Array([1]) };
        const oldInputs: Properties = old === undefined ? {} : { check: old };
        return checkOf(definition, { ...request, oldInputs, inputs: { check } }).check;
      };
      const filled = {
        __defaults: ["enabled"],
        enabled: true,
        port: "80",
        routes: [
          { __defaults: ["weight"], weight: 1 },
          { __defaults: [], weight: 0 },
        ],
      };
      assert.deepEqual(of({ port: "80", routes: [{}, { weight: 0 }] }), filled);
      // `ignoreChanges` sends them back like this: now the members are the program's.
      assert.deepEqual(of(filled), {
        ...{ ...filled, __defaults: [] },
        routes: [
          { __defaults: [], weight: 1 },
          { __defaults: [], weight: 0 },
        ],
      });
      assert.deepEqual(of({ port: "80" }, { __defaults: ["enabled"], enabled: false }), {
        ...{ __defaults: ["enabled"], enabled: false, port: "80" },
      });
      assert.equal(of(UNKNOWN), UNKNOWN);
    });

    it("adds neither defaults nor tags to a type of the Plugin Framework", () => {
      const definition: AnyResource = { ...parameter, pluginFramework: true };
      const request = { urn, type, name: "p", oldInputs: {}, randomSeed: new Uint8Array() };
      assert.deepEqual(checkOf(definition, { ...request, inputs: { type: "String" } }), {
        region: "eu-central-1",
        type: "String",
      });
    });

    it("checks the name that it chose", () => {
      const short = { validate: (name: unknown) => `${String(name).length} characters` };
      const properties = { ...parameter.properties, name: short };
      const definition = { ...parameter, properties } as AnyResource;
      const request = { urn, type, name: "pointer", oldInputs: {}, randomSeed: new Uint8Array() };
      const { failures } = check(definition, { ...request, inputs: {} }, aws);
      assert.deepEqual(failures, [{ property: "name", reason: "15 characters" }]);
    });

    it("keeps the name that it chose before, and only that", () => {
      const { inputs: chosen } = checked({ type: "String" });
      const again = checked({ type: "String" }, { ...chosen, name: "pointer-0000000" });
      assert.equal(again.inputs.name, "pointer-0000000");
      const given = checked({ type: "String" }, { ...chosen, __defaults: [], name: "mine" });
      assert.notEqual(given.inputs.name, "mine");
    });

    it("names an unknown property and its type", () => {
      const { failures } = checked({ type: "String", vale: "x" });
      assert.deepEqual(failures, [
        {
          property: "vale",
          reason: `the sandbox does not know the property 'vale' of ${type}`,
        },
      ]);
    });

    it("names an unknown member of a block", () => {
      const known = { block: { members: ["known"] } };
      const block = { type: known, list: known };
      const definition = { ...parameter, properties: block } as unknown as AnyResource;
      const inputs = { type: { known: 1, other: 2 }, list: [{ known: 1 }, { unknown: 1 }] };
      const request = { urn, type, name: "p", oldInputs: {}, inputs, randomSeed: new Uint8Array() };
      const { failures = [] } = check(definition, request, aws);
      assert.deepEqual(
        failures.map(({ property }) => property),
        ["type.other", "list[1].unknown"],
      );
    });

    it("refuses a logical name that leaves no room for the random part", () => {
      const request = { urn, type, oldInputs: {}, inputs: {}, randomSeed: new Uint8Array() };
      assert.throws(
        () => check(parameter, { ...request, name: "a-rather-long-name" }, aws),
        /'a-rather-long-name' with 8 added characters is longer than the 20/,
      );
    });
  });

  describe("diff", () => {
    it("shows no change for a policy in another form, nor between unset and empty", () => {
      const old = { value: '{"Action":["a"]}', description: "" };
      assert.deepEqual(changes(old, { value: '{ "Action": "a" }' }).changes, []);
    });

    it("reports the changed members of a map", () => {
      const { changes: found } = changes(
        { tags: { a: "1", b: "1" } },
        { tags: { a: "2", "c:d": "3" } },
      );
      assert.deepEqual(found, [
        { path: "tags.a", kind: "update", replace: false },
        { path: "tags.b", kind: "delete", replace: false },
        { path: 'tags["c:d"]', kind: "add", replace: false },
      ]);
    });

    it("replaces if a property cannot change, and deletes the old one first if the program gives the name", () => {
      const old = { type: "String", name: "x", __defaults: [] };
      assert.deepEqual(changes(old, { ...old, type: "StringList" }), {
        changes: [{ path: "type", kind: "update", replace: true }],
        deleteBeforeReplace: true,
      });
      const autonamed = { ...old, __defaults: ["name"] };
      assert.equal(changes(autonamed, { ...autonamed, type: UNKNOWN }).deleteBeforeReplace, false);
    });

    it("deletes first if the program gives another name, unless the type says otherwise", () => {
      const old = { type: "String", name: "x", __defaults: [] };
      const renamed = { ...old, name: "y" };
      assert.equal(changes(old, renamed).deleteBeforeReplace, true);
      const name = { property: "name", createsFirst: true } as const;
      const request = { urn, type, name: "p", id: "x", oldOutputs: {}, ignoreChanges: [] };
      const definition: AnyResource = { ...parameter, name };
      const { deleteBeforeReplace } = diff(definition, {
        ...{ ...request, oldInputs: old, inputs: renamed },
      });
      assert.equal(deleteBeforeReplace, false);
    });

    it("compares the state where the provider suppresses differences", () => {
      const request = {
        urn,
        type,
        name: "p",
        id: "x",
        ignoreChanges: [],
        oldInputs: {},
        inputs: {},
      };
      const paths = (tier: string) =>
        diff(parameter, { ...request, oldOutputs: { tier } }).changes.map(({ path }) => path);
      assert.deepEqual(paths("Advanced"), ["tier"]);
      assert.deepEqual(paths(""), []);
      assert.deepEqual(changes({}, { tier: "Standard" }).changes, []);
    });

    it("shows no change for defaults that an older state does not have", () => {
      const [old, value] = [{ a: 1 }, { a: 1, b: true, __defaults: ["b"] }];
      const rule = { block: { defaults: { b: true } } };
      const definition = { ...parameter, properties: { value: rule } } as unknown as AnyResource;
      const request = { urn, type, name: "p", id: "x", oldOutputs: {}, ignoreChanges: [] };
      const both = { oldInputs: { value: old }, inputs: { value } };
      assert.deepEqual(diff(definition, { ...request, ...both }).changes, []);
    });

    it("treats an unknown value as a change", () => {
      const { changes: found } = changes({ insecureValue: "a" }, { insecureValue: UNKNOWN });
      assert.deepEqual(found, [{ path: "insecureValue", kind: "update", replace: false }]);
    });
  });

  describe("preview", () => {
    it("knows no computed output of a new resource", () => {
      assert.deepEqual(previewOutputs(parameter, { type: "String", __defaults: [] }), {
        type: "String",
        arn: UNKNOWN,
        dataType: UNKNOWN,
        hasValueWo: UNKNOWN,
        version: UNKNOWN,
      });
    });

    it("keeps the outputs that an update does not change", () => {
      const outputs = { arn: "arn", version: 3, dataType: "text" };
      const inputs = { description: "x" };
      const update = (changed: string[]) => previewOutputs(parameter, inputs, { outputs, changed });
      assert.equal(update(["description"]).version, 3);
      assert.equal(update(["insecureValue"]).version, UNKNOWN);
      assert.equal(update(["insecureValue"]).arn, "arn");
    });
  });

  describe("refresh", () => {
    const refreshed = (old: Properties, remote: Properties, outputs: Properties = {}) =>
      inputsOf(parameter, aws, { properties: remote, tags: { project: "slipway" } }, old, outputs);

    it("takes AWS's value for a given input, and leaves other inputs unset", () => {
      const inputs = refreshed(
        { insecureValue: "unreleased", __defaults: [] },
        { insecureValue: "image", dataType: "text", description: "" },
      );
      assert.equal(inputs.insecureValue, "image");
      assert.equal("dataType" in inputs || "description" in inputs, false);
    });

    it("reports a value that somebody else set", () => {
      const inputs = refreshed({ type: "String" }, { description: "by hand" }, { description: "" });
      assert.equal(inputs.description, "by hand");
    });

    it("no longer treats a default that somebody else changed as a default", () => {
      const old = { tier: "Standard", type: "String", __defaults: ["tier"] };
      assert.deepEqual(refreshed(old, { tier: "Standard" }).__defaults, ["tier"]);
      assert.deepEqual(refreshed(old, { tier: "Advanced" }).__defaults, []);
    });

    it("takes the service's form only where the provider does", () => {
      const value = { equal: samePolicy, asRead: true };
      const properties = { ...parameter.properties, value };
      const definition = { ...parameter, properties } as AnyResource;
      const read = (shape: AnyResource) => {
        const remote = { properties: { value: '{"a":["b"]}' }, tags: {} };
        const old = { value: '{"a":"b"}' };
        const outputs = outputsOf(shape, remote, old);
        return [inputsOf(shape, aws, remote, old, {}).value, outputs.value];
      };
      assert.deepEqual(read(parameter), ['{"a":"b"}', '{"a":"b"}']);
      assert.deepEqual(read(definition), ['{"a":["b"]}', '{"a":["b"]}']);
    });

    it("reads all inputs of an import, without the default tags", () => {
      assert.deepEqual(refreshed({}, { type: "String", dataType: "text", name: "/x" }), {
        __defaults: [],
        dataType: "text",
        name: "/x",
        region: "eu-central-1",
        tagsAll: { project: "slipway" },
        type: "String",
      });
    });
  });

  describe("lifecycle", () => {
    const request = { urn, type, name: "p", inputs: { type: "String" }, preview: false };
    const providerOf = async (overrides: Partial<AnyResource>) => {
      const service = { resources: [{ ...parameter, ...overrides }] };
      const provider = new AwsProvider("7.0.0", { ssm: () => service }, environment);
      await provider.configure({ region: "eu-central-1", defaultTags: '{"tags":{"a":"1"}}' });
      return provider;
    };

    it("keeps a created object that does not become ready", async () => {
      const ready = () => Promise.reject(new Error("unhealthy"));
      const provider = await providerOf({ create: async () => "id", ready });
      await assert.rejects(provider.create(request), (error) => {
        assert(error instanceof InitializationError, String(error));
        assert.deepEqual([error.id, error.reasons], ["id", ["unhealthy"]]);
        assert.equal(error.outputs.type, "String");
        return true;
      });
    });

    it("tags a type of the Plugin Framework with the provider's default tags", async () => {
      const tagged: unknown[] = [];
      const tagging = {
        add: async (...[, , tags]: unknown[]) => tagged.push(tags),
        remove: async (...[, , keys]: unknown[]) => tagged.push(keys),
      };
      let all = {};
      const provider = await providerOf({
        ...{ pluginFramework: true, tagging, properties: { type: {} }, outputs: {} },
        create: async (...[, , tags]) => {
          all = tags;
          return "id";
        },
        read: async () => ({ properties: { type: "String" }, tags: all }),
      });
      const inputs = { region: "eu-central-1", type: "String", tags: { b: "2" } };
      const made = await provider.create({ ...request, inputs });
      assert.deepEqual(made.outputs.tagsAll, { a: "1", b: "2" });
      const old = { id: "id", oldInputs: inputs, oldOutputs: made.outputs };
      const read = await provider.read({ ...request, ...old });
      assert.deepEqual(read.inputs, inputs);
      assert.deepEqual(read.outputs, made.outputs);
      await provider.configure({ region: "eu-central-1", defaultTags: '{"tags":{"c":"3"}}' });
      const change = { ...request, ...old, inputs, ignoreChanges: [] };
      const { changes } = await provider.diff(change);
      const rest = { replace: false, output: true };
      assert.deepEqual(changes, [
        { path: "tagsAll.a", kind: "delete", ...rest },
        { path: "tagsAll.c", kind: "add", ...rest },
      ]);
      await provider.update(change);
      assert.deepEqual(tagged, [["a"], { c: "3" }]);
    });

    it("accepts a deletion of a missing object, and no other failure", async () => {
      const failing = (name: string) =>
        providerOf({ delete: () => Promise.reject(Object.assign(new Error(name), { name })) });
      const gone = { ...request, id: "id", oldInputs: {}, oldOutputs: {} };
      await (await failing("ParameterNotFound")).delete(gone);
      await assert.rejects((await failing("AccessDenied")).delete(gone), /AccessDenied/);
    });

    it("fails for a type without an entry, by its name", async () => {
      const provider = await providerOf({});
      const unknown = { ...request, type: "aws:sqs/queue:Queue" };
      await assert.rejects(provider.create(unknown), /no resource type aws:sqs\/queue:Queue/);
      await assert.rejects(provider.invoke("aws:ec2/getAmi:getAmi", {}), /no function aws:ec2/);
    });
  });

  describe("container definitions", () => {
    const given = [
      {
        name: "api",
        image: "repo:1",
        portMappings: [{ containerPort: 8000 }],
        environment: [
          { name: "B", value: "1" },
          { name: "A", value: "2" },
        ],
        healthCheck: { command: ["CMD", "true"] },
      },
    ];
    const returned = [
      {
        name: "api",
        image: "repo:1",
        cpu: 0,
        essential: true,
        portMappings: [{ containerPort: 8000, hostPort: 8000, protocol: "tcp" }],
        environment: [
          { name: "A", value: "2" },
          { name: "B", value: "1" },
        ],
        healthCheck: { command: ["CMD", "true"], interval: 30, timeout: 5, retries: 3 },
        mountPoints: [],
        volumesFrom: [],
      },
    ];
    const same = (a: unknown, b: unknown, networkMode = "awsvpc") =>
      sameContainers(JSON.stringify(a), JSON.stringify(b), networkMode);

    it("are the same as those that AWS returns", () => {
      assert.equal(same(given, returned), true);
      assert.equal(same(given, returned, "bridge"), false);
    });

    it("differ in a list of capabilities that is missing, which AWS returns empty", () => {
      const [api] = given;
      const withCapabilities = (capabilities: object) => [
        { ...api, linuxParameters: { capabilities } },
      ];
      const there = withCapabilities({ add: [], drop: ["ALL"] });
      assert.equal(same(withCapabilities({ add: [], drop: ["ALL"] }), there), true);
      assert.equal(same(withCapabilities({ drop: ["ALL"] }), there), false);
    });

    it("differ in an image, a port, a value or the order of a command", () => {
      const [api] = given;
      const variants = [
        { image: "repo:2" },
        { portMappings: [{ containerPort: 8080 }] },
        { environment: [{ name: "A", value: "2" }] },
        { healthCheck: { command: ["true", "CMD"] } },
      ];
      const equal = variants.filter((variant) => same([{ ...api, ...variant }], returned));
      assert.deepEqual(equal, []);
    });
  });
});
