import assert from "node:assert/strict";
import { ConfigurationError, FargateService } from "../../../components/index";
import { attempt, json, only, type Recorded, runStack, stackConfig } from "../../harness";
import { infrastructure } from "../infrastructure";

type Config = Readonly<Record<string, unknown>>;

const service = "aws:ecs/service:Service";
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const namespace = "arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-dev";

const [api] = stackConfig("Pulumi.dev.yaml")["slipway:services"] as [Config];
const web = { name: "web", port: 3000, rule: { pathPatterns: ["/web/*"] } };
const jobs = { name: "jobs", worker: {} };

async function stackWith(...services: readonly Config[]): Promise<readonly Recorded[]> {
  const config = { ...stackConfig("Pulumi.dev.yaml"), "slipway:services": services };
  return (await runStack(config)).resources;
}

const logs = (name: string) => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": name,
    "awslogs-region": "eu-central-1",
    "awslogs-stream-prefix": "service-connect",
  },
});

describe("services that call each other", () => {
  let resources: readonly Recorded[];

  before(async () => {
    resources = await stackWith(
      { ...api, serviceConnect: {} },
      { ...web, serviceConnect: { dnsName: "site", port: 80, perRequestTimeoutSeconds: 600 } },
      { ...jobs, serviceConnect: {} },
      { ...web, name: "alone", rule: { pathPatterns: ["/alone"] } },
    );
  });

  it("are in one namespace, each with its address; a worker has none", () => {
    const connected = ["api", "web", "jobs", "alone"].map(
      (name) => only(resources, service, name).inputs.serviceConnectConfiguration,
    );
    assert.deepEqual(connected, [
      {
        ...{ enabled: true, namespace, logConfiguration: logs("api") },
        services: [
          {
            ...{ portName: "api", discoveryName: "api" },
            clientAlias: [{ dnsName: "api", port: 8000 }],
            timeout: { perRequestTimeoutSeconds: 15, idleTimeoutSeconds: 300 },
          },
        ],
      },
      {
        ...{ enabled: true, namespace, logConfiguration: logs("web") },
        services: [
          {
            ...{ portName: "web", discoveryName: "web" },
            clientAlias: [{ dnsName: "site", port: 80 }],
            timeout: { perRequestTimeoutSeconds: 600, idleTimeoutSeconds: 600 },
          },
        ],
      },
      { enabled: true, namespace, logConfiguration: logs("jobs") },
      undefined,
    ]);
    assert.equal(only(resources, "aws:servicediscovery/httpNamespace:HttpNamespace").name, "dev");
  });

  it("admit only the tasks of the others, on the port of the container", () => {
    const rules = resources.filter(
      ({ type, name }) => type === ingress && name.endsWith("-from-services"),
    );
    assert.deepEqual(
      rules.map(({ inputs }) => inputs),
      [
        ["api", 8000],
        ["web", 3000],
      ].map(([name, port]) => ({
        ...{ securityGroupId: `${name}-id`, referencedSecurityGroupId: "dev-connected-id" },
        ...{ ipProtocol: "tcp", fromPort: port, toPort: port },
      })),
    );
    const groups = ["api", "web", "jobs", "alone"].map((name) => {
      const { networkConfiguration } = only(resources, service, name).inputs;
      return (networkConfiguration as { securityGroups: string[] }).securityGroups;
    });
    assert.deepEqual(groups, [
      ["api-id", "dev-connected-id"],
      ["web-id", "dev-connected-id"],
      ["jobs-id", "dev-connected-id"],
      ["alone-id"],
    ]);
  });

  it("name their ports, also before the first release", () => {
    const mappings = (name: string) => {
      const definition = only(resources, taskDefinition, name);
      return json<[{ portMappings?: object[] }]>(definition, "containerDefinitions")[0]
        .portMappings;
    };
    const port = { containerPort: 8000, protocol: "tcp", name: "api", appProtocol: "http" };
    assert.deepEqual(mappings("api"), [port]);
    assert.deepEqual(mappings("api-placeholder"), [port]);
    assert.deepEqual(mappings("jobs"), undefined);
    assert.deepEqual(mappings("alone"), [{ containerPort: 3000, protocol: "tcp" }]);
  });

  it("start after those before them in the file, whose names they then know", () => {
    const waitsFor = (name: string) =>
      ["api", "web", "jobs"].filter((other) =>
        only(resources, service, name).dependencies.includes(only(resources, service, other).urn),
      );
    assert.deepEqual(["api", "web", "jobs", "alone"].map(waitsFor), [
      [],
      ["api"],
      ["api", "web"],
      [],
    ]);
  });

  it("create nothing if no other service calls them", async () => {
    const types = (await stackWith(api, jobs)).map(({ type }) => type);
    assert.deepEqual(
      types.filter((type) => /servicediscovery|service-connect/.test(type)),
      [],
    );
  });

  it("need a namespace in a program, and may not be deployed by CodeDeploy", async () => {
    const { error } = await attempt(() => {
      new FargateService("api", {
        ...infrastructure(),
        ...{ port: 8000, strategy: "code-deploy", serviceConnect: {} },
      });
    });
    assert.ok(error instanceof ConfigurationError, String(error));
    assert.deepEqual(
      error.problems.map(({ path }) => path),
      ["args.serviceConnect", "args.namespace"],
    );
  });
});
