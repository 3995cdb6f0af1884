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
  InitializationError,
  type Properties,
  UNKNOWN,
} from "../../../sandbox/plugins/kit/provider";
import { inputsOf, previewOutputs } from "../../../sandbox/plugins/kit/state";
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
        __defaults: ["overwrite", "name", "region"],
        name: inputs.name,
        overwrite: false,
        region: "eu-central-1",
        tags: { a: "1" },
        tagsAll: { a: "1", project: "slipway" },
        type: "String",
      });
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
      const block = { type: { members: ["known"] }, list: { members: ["known"] } };
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

    it("reads all inputs of an import, without the default tags", () => {
      assert.deepEqual(refreshed({}, { type: "String", dataType: "text", name: "/x" }), {
        __defaults: [],
        dataType: "text",
        name: "/x",
        overwrite: false,
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
