import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as wafv2 from "@pulumi/aws/wafv2";
import {
  accepted,
  kept,
  replacing,
  type Service,
  stable,
} from "../../../sandbox/plugins/aws/definition";
import { plain } from "../../../sandbox/plugins/aws/plain";
import { AwsProvider } from "../../../sandbox/plugins/aws/provider";
import { fromAws, toPascal } from "../../../sandbox/plugins/kit/casing";
import type { Properties } from "../../../sandbox/plugins/kit/provider";
import { environment } from "./nowhere";

/** The steps of an object's life, with the engine's requests. */
class Life {
  private constructor(
    private readonly provider: AwsProvider,
    private readonly type: string,
  ) {}

  static async of(type: string, service: Service): Promise<Life> {
    const name = /^aws:(\w+)/.exec(type)?.[1] ?? "";
    const provider = new AwsProvider("7.0.0", { [name]: () => service }, environment);
    await provider.configure({ region: "eu-central-1" });
    return new Life(provider, type);
  }

  private get request() {
    const { type } = this;
    return { urn: `urn:pulumi:dev::slipway::${type}::main`, type, name: "main" };
  }

  async check(inputs: Properties, oldInputs: Properties = {}) {
    const randomSeed = new Uint8Array([1]);
    return this.provider.check({ ...this.request, inputs, oldInputs, randomSeed });
  }

  async create(given: Properties) {
    const { inputs, failures = [] } = await this.check(given);
    assert.deepEqual(failures, []);
    const made = await this.provider.create({ ...this.request, inputs, preview: false });
    return { ...made, inputs };
  }

  read(id: string, oldInputs: Properties = {}, oldOutputs: Properties = {}) {
    return this.provider.read({ ...this.request, id, oldInputs, oldOutputs });
  }

  /** The checked inputs of a program that adds these to its previous inputs. */
  private async changed(oldInputs: Properties, changed: Properties): Promise<Properties> {
    const { __defaults: _, tagsAll: __, ...given } = oldInputs;
    const { inputs, failures } = await this.check({ ...given, ...changed }, oldInputs);
    assert.deepEqual(failures, []);
    return inputs;
  }

  /** Each changed path, with `!` if it forces a replacement. */
  async paths(oldInputs: Properties, changed: Properties) {
    const inputs = await this.changed(oldInputs, changed);
    const old = { id: "x", oldInputs, oldOutputs: {}, ignoreChanges: [] };
    const { changes } = await this.provider.diff({ ...this.request, ...old, inputs });
    return changes.map(({ path, replace }) => path + (replace ? "!" : ""));
  }

  async update(id: string, oldInputs: Properties, changed: Properties) {
    const inputs = await this.changed(oldInputs, changed);
    const old = { id, oldInputs, oldOutputs: {}, ignoreChanges: [], preview: false };
    return this.provider.update({ ...this.request, ...old, inputs });
  }

  delete(id: string) {
    return this.provider.delete({ ...this.request, id, oldInputs: {}, oldOutputs: {} });
  }
}

describe("the plugins' short forms", () => {
  describe("names", () => {
    it("are AWS's in a request, including those with another name", () => {
      const inputs = {
        roleArn: "r",
        region: "x",
        tags: {},
        rule: { targetPort: 1, roleArn: "inner" },
        unset: undefined,
      };
      assert.deepEqual(toPascal(inputs, { roleArn: "RoleARN" }), {
        RoleARN: "r",
        Rule: { TargetPort: 1, RoleArn: "inner" },
      });
    });

    it("are the SDK's in an answer, where acronyms are words", () => {
      const at = new Date("2026-01-02T03:04:05Z");
      const answer = {
        DNSName: "d",
        RoleARN: "r",
        EnableDnsAAAARecord: true,
        enableECSManagedTags: 1,
      };
      assert.deepEqual(fromAws({ ...answer, Times: [{ CreatedAt: at }] }), {
        dnsName: "d",
        roleArn: "r",
        enableDnsAaaaRecord: true,
        enableEcsManagedTags: 1,
        times: [{ createdAt: "2026-01-02T03:04:05.000Z" }],
      });
    });
  });

  describe("a plain type", () => {
    const dashboards = new Map<string, object>();
    class Api {
      async put(request: { DashboardName: string }) {
        dashboards.set(request.DashboardName, request);
        return {};
      }
    }
    const entry = plain<Api, cloudwatch.DashboardArgs, cloudwatch.DashboardState>({
      type: "aws:cloudwatch/dashboard:Dashboard",
      properties: { dashboardName: { replace: true }, dashboardBody: {} },
      outputs: stable("dashboardArn"),
      client: Api,
      id: "dashboardName",
      names: { dashboardBody: "Text" },
      state: ({ DashboardName }) => ({ dashboardArn: `arn:${DashboardName}` }),
      create: (api, request) => api.put(request),
      read: async (_, id) => dashboards.get(id),
      delete: async (_, id) => dashboards.delete(id),
    });
    const inputs = { dashboardName: "main", dashboardBody: "{}" };
    let life: Life;

    beforeEach(async () => {
      dashboards.clear();
      life = await Life.of(entry.type, { resources: [entry] });
    });

    it("is created and read back with the calls and names of its entry", async () => {
      const made = await life.create(inputs);
      assert.equal(made.id, "main");
      assert.deepEqual(dashboards.get("main"), { DashboardName: "main", Text: "{}" });
      const read = await life.read("main", made.inputs, made.outputs);
      assert.deepEqual(read.outputs, {
        ...{ ...inputs, dashboardArn: "arn:main", region: "eu-central-1" },
      });
      assert.deepEqual(await life.paths(read.inputs, {}), []);
    });

    it("changes in place, and is replaced if its entry requires it", async () => {
      const made = await life.create(inputs);
      assert.deepEqual(await life.paths(made.inputs, { dashboardBody: "[]" }), ["dashboardBody"]);
      assert.deepEqual(await life.paths(made.inputs, { dashboardName: "b" }), ["dashboardName!"]);
      const outputs = await life.update("main", made.inputs, { dashboardBody: "[]" });
      assert.equal(outputs.dashboardBody, "[]");
    });

    it("shows a change by somebody else", async () => {
      const made = await life.create(inputs);
      dashboards.set("main", { DashboardName: "main", Text: "other" });
      const read = await life.read("main", made.inputs, made.outputs);
      assert.equal(read.inputs.dashboardBody, "other");
    });

    it("does not exist after a delete", async () => {
      await life.create(inputs);
      await life.delete("main");
      assert.equal((await life.read("main")).id, undefined);
    });

    it("refuses an unknown property by its name", async () => {
      const { failures } = await life.check({ ...inputs, dashbordBody: "x" });
      assert.deepEqual(failures, [
        {
          property: "dashbordBody",
          reason:
            "the sandbox does not know the property 'dashbordBody' of aws:cloudwatch/dashboard:Dashboard",
        },
      ]);
    });
  });

  describe("a kept type", () => {
    const saved = process.env.SLIPWAY_SANDBOX;
    const association = "aws:wafv2/webAclAssociation:WebAclAssociation";
    const inputs = { resourceArn: "alb", webAclArn: "acl" };
    let folder: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "slipway-kept-"));
      process.env.SLIPWAY_SANDBOX = folder;
    });
    after(async () => {
      process.env.SLIPWAY_SANDBOX = saved;
      if (saved === undefined) delete process.env.SLIPWAY_SANDBOX;
    });

    /** A new plugin process each time: kept objects are in the sandbox's folder. */
    const life = (type: string) => Life.of(type, require("../../../sandbox/plugins/aws/wafv2"));

    it("is stored, read back without a change, and imported", async () => {
      const made = await (await life(association)).create(inputs);
      assert.equal(made.id, "acl,alb");
      const next = await life(association);
      const read = await next.read(made.id, made.inputs, made.outputs);
      assert.deepEqual(read.outputs, { ...inputs, region: "eu-central-1" });
      assert.deepEqual(await next.paths(read.inputs, {}), []);
      const imported = await next.read(made.id);
      assert.deepEqual(imported.outputs, read.outputs);
    });

    it("cannot exist twice", async () => {
      await assert.rejects((await life(association)).create(inputs), /acl,alb exists already/);
    });

    it("is replaced where the documentation requires it", async () => {
      const paths = await (await life(association)).paths(inputs, { resourceArn: "other" });
      assert(paths.includes("resourceArn!"), `only ${paths} differ`);
    });

    it("sees the change from one empty block to another", async () => {
      const rule = (action: object) => ({ rules: [{ name: "a", priority: 0, action }] });
      const acl = await life("aws:wafv2/webAcl:WebAcl");
      const same = await acl.paths(rule({ count: {} }), rule({ count: {} }));
      const other = await acl.paths(rule({ count: {} }), rule({ block: {} }));
      assert.deepEqual([same.includes("rules"), other.includes("rules")], [false, true]);
    });

    it("refuses an unknown property by its name", async () => {
      const { failures = [] } = await (await life(association)).check({ ...inputs, webAcl: "x" });
      assert.deepEqual(
        failures.map(({ property }) => property),
        ["webAcl"],
      );
    });

    it("does not exist after a delete, and leaves nothing", async () => {
      const one = await life(association);
      await one.delete("acl,alb");
      assert.equal((await one.read("acl,alb")).id, undefined);
      const file = join(folder, "stacks", "dev", "kept.json");
      assert.deepEqual(JSON.parse(await readFile(file, "utf8")), {});
    });

    it("has outputs and tags, which change in place", async () => {
      const acl = kept<wafv2.WebAclArgs, wafv2.WebAclState>({
        type: "aws:wafv2/webAcl:WebAcl",
        properties: { ...replacing("name", "scope"), ...accepted("description") },
        outputs: stable("applicationIntegrationUrl", "arn", "capacity", "lockToken"),
        tagging: true,
        id: ({ name }) => name ?? "",
        state: async (aws, id, { description }) => ({
          arn: `arn:${aws.region}:${id}:${description}`,
        }),
      });
      const one = await Life.of(acl.type, { resources: [acl] });
      const given = { name: "acl", scope: "REGIONAL", tags: { a: "1", b: "2" } };
      const made = await one.create(given);
      assert.equal(made.outputs.arn, "arn:eu-central-1:acl:undefined");
      const changed = { description: "new", tags: { a: "3" } };
      const outputs = await one.update("acl", made.inputs, changed);
      assert.equal(outputs.arn, "arn:eu-central-1:acl:new");
      assert.deepEqual(outputs.tagsAll, { a: "3" });
      const read = await one.read("acl");
      assert.deepEqual(read.inputs.tags, { a: "3" });
      assert.equal(read.outputs.description, "new");
    });

    it("is in the list of docs/sandbox-emulation.md", async () => {
      const page = await readFile(join(__dirname, "../../../docs/sandbox-emulation.md"), "utf8");
      const listed = [...page.matchAll(/^\| `(aws:[^`]+)` \|/gm)].map(([, type]) => type);
      const plugin = join(__dirname, "../../../sandbox/plugins/aws");
      const files = (await readdir(plugin, { recursive: true })).filter((name) =>
        name.endsWith(".ts"),
      );
      const sources = await Promise.all(files.map((name) => readFile(join(plugin, name), "utf8")));
      const entries = sources.flatMap((source) => [
        ...source.matchAll(/^(?:export )?const \w+ = kept<[^(]+\(\{\n {2}type: "([^"]+)"/gm),
      ]);
      assert.deepEqual(listed, entries.map(([, type]) => type).sort());
    });
  });
});
