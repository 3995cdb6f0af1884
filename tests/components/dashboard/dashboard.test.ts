import assert from "node:assert/strict";
import { Dashboard, type DashboardArgs } from "../../../components/dashboard";
import type { Body, Widget } from "../../../components/dashboard/grid";
import { Database, type DatabaseSettings } from "../../../components/database";
import { FargateService, type FargateServiceArgs } from "../../../components/fargate-service";
import { Waf, type WafSettings } from "../../../components/waf";
import { attempt, childrenOf, json, only, run } from "../../harness";
import { infrastructure } from "../infrastructure";

type Settings = Pick<FargateServiceArgs, "guards" | "strategy">;

const runDashboard = (
  service: Settings = {},
  args: Pick<DashboardArgs, "grafana"> = {},
  firewall?: WafSettings,
  aurora?: DatabaseSettings,
) =>
  run(() => {
    const parts = infrastructure();
    const api = new FargateService("api", { ...parts, port: 8000, ...service });
    const { cluster, loadBalancer, network } = parts;
    const database = aurora && new Database("dev", { ...aurora, network });
    const waf = firewall && new Waf("dev", { ...firewall, loadBalancer });
    const shown = { cluster, loadBalancer, waf, database, services: { api } };
    const dashboard = new Dashboard("dev", { ...args, ...shown });
    return { url: dashboard.url, grafana: dashboard.grafanaUrl };
  });

async function widgets(
  service?: Settings,
  waf?: WafSettings,
  database?: DatabaseSettings,
): Promise<readonly Widget[]> {
  const { resources } = await runDashboard(service, {}, waf, database);
  const dashboard = only(resources, "aws:cloudwatch/dashboard:Dashboard");
  return json<Body>(dashboard, "dashboardBody").widgets;
}

function titled(all: readonly Widget[], title: string): Widget["properties"] {
  const found = all.find(({ properties }) => String(properties.title).startsWith(title));
  assert.ok(found, `there is no widget ${title}`);
  return found.properties;
}

const loadBalancer = ["LoadBalancer", "app/dev/1"];
const group = (name: string) => ["TargetGroup", `targetgroup/${name}/1`];
const inCluster = ["ClusterName", "dev", "ServiceName", "api"];

describe("Dashboard", () => {
  it("shows the alarms, the requests, the answers, the tasks and the logs of each service", async () => {
    const all = await widgets();
    assert.deepEqual(
      all.map(({ type, properties }) => `${type}: ${properties.title ?? properties.markdown}`),
      [
        "alarm: Alarms that end a deployment",
        "metric: All requests, and those that the load balancer answered itself",
        "text: ## api",
        "metric: Requests a minute",
        "metric: Server errors (5xx) in percent",
        "metric: Seconds for an answer",
        "metric: Tasks and deployments",
        "metric: CPU and memory in percent",
        "log: Newest errors in the logs",
      ],
    );
    assert.deepEqual(titled(all, "Alarms").alarms, [
      "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:api-errors",
      "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:api-latency",
      "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:api-unhealthy-hosts",
      "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:api-exits",
    ]);
    assert.deepEqual(titled(all, "Requests a minute").metrics, [
      [
        ...["AWS/ApplicationELB", "RequestCount", ...loadBalancer, ...group("api")],
        { label: "requests", stat: "Sum" },
      ],
    ]);
    assert.deepEqual(titled(all, "CPU").metrics, [
      ["AWS/ECS", "CPUUtilization", ...inCluster, { label: "CPU", stat: "Average" }],
      ["AWS/ECS", "MemoryUtilization", ...inCluster, { label: "memory", stat: "Average" }],
    ]);
    assert.match(String(titled(all, "Newest errors").query), /^SOURCE 'api' \| /);
  });

  it("shows both target groups where traffic shifts between them", async () => {
    const { metrics } = titled(await widgets({ strategy: "canary" }), "Server errors");
    const [first, second, ...read] = metrics as readonly (readonly unknown[])[];
    assert.deepEqual(first, [{ expression: "100 * FILL(e1, 0) / r1", label: "target group 1" }]);
    assert.deepEqual(second, [{ expression: "100 * FILL(e2, 0) / r2", label: "target group 2" }]);
    const hidden = (id: string) => ({ id, stat: "Sum", visible: false });
    const metric = (name: string, of: string, id: string) => [
      ...["AWS/ApplicationELB", name, ...loadBalancer, ...group(of)],
      hidden(id),
    ];
    assert.deepEqual(read, [
      metric("HTTPCode_Target_5XX_Count", "api", "e1"),
      metric("HTTPCode_Target_5XX_Count", "api-2", "e2"),
      metric("RequestCount", "api", "r1"),
      metric("RequestCount", "api-2", "r2"),
    ]);
  });

  it("draws the share of errors that ends a deployment, and no line without this guard", async () => {
    const line = async (guards: Settings["guards"]) =>
      titled(await widgets({ ...(guards !== undefined && { guards }) }), "Server errors")
        .annotations;
    const horizontal = { value: 2.5, label: "ends a deployment", color: "#d62728" };
    assert.deepEqual(await line({ errors: { percent: 2.5 } }), { horizontal: [horizontal] });
    assert.equal(await line(false), undefined);
  });

  it("shows what the firewall allows, what each rule would block, and the countries", async () => {
    const all = await widgets({}, { logging: {}, blockedCountries: ["KP"], managedRuleGroups: [] });
    assert.deepEqual(
      all.map(({ properties }) => properties.title).filter((it) => /^Firewall/.test(String(it))),
      [
        "Firewall: requests allowed and blocked",
        "Firewall: requests that each rule would block",
        "Firewall: requests by country",
      ],
    );
    const of = (name: string, rule: string, label = rule) => [
      ...["AWS/WAFV2", name, "WebACL", "slipway-dev", "Region", "eu-central-1", "Rule", rule],
      { label, stat: "Sum" },
    ];
    assert.deepEqual(titled(all, "Firewall: requests allowed").metrics, [
      of("AllowedRequests", "ALL", "allowed"),
      of("BlockedRequests", "ALL", "blocked"),
    ]);
    assert.deepEqual(titled(all, "Firewall: requests that").metrics, [
      of("CountedRequests", "countries"),
      of("CountedRequests", "rate-limit"),
    ]);
    assert.match(
      String(titled(all, "Firewall: requests by country").query),
      /^SOURCE 'aws-waf-logs-dev' \| fields httpRequest\.country as country/,
    );
    const blocking = await widgets({}, { mode: "block", managedRuleGroups: [] });
    assert.deepEqual(titled(blocking, "Firewall: requests that each rule blocks").metrics, [
      of("BlockedRequests", "rate-limit"),
    ]);
  });

  it("shows the load of the database, by its kind", async () => {
    const aurora = { engine: "aurora-postgresql", engineVersion: "17" } as const;
    const found = async (settings: Partial<DatabaseSettings>) =>
      (await widgets({}, undefined, { ...aurora, ...settings })).flatMap(({ properties }) => {
        const { title, metrics } = properties as { title?: string; metrics: unknown[][] };
        return title?.startsWith("Database") ? metrics.map(([, ...metric]) => metric) : [];
      });
    const of = (name: string, role: string, label: string, stat: string) => [
      ...[name, "DBClusterIdentifier", "dev", "Role", role],
      { label, stat },
    ];
    assert.deepEqual(await found({}), [
      of("CPUUtilization", "WRITER", "CPU, writer", "Maximum"),
      of("ACUUtilization", "WRITER", "share of maxCapacity, writer", "Maximum"),
      of("DatabaseConnections", "WRITER", "connections of an instance, writer", "Maximum"),
      of("ReadLatency", "WRITER", "read, writer", "Average"),
      of("WriteLatency", "WRITER", "write", "Average"),
    ]);
    const instanceClass = "db.r7g.large";
    assert.deepEqual((await found({ instanceClass, readers: 1 })).slice(0, 2), [
      of("CPUUtilization", "WRITER", "CPU, writer", "Maximum"),
      of("CPUUtilization", "READER", "CPU, readers", "Maximum"),
    ]);
  });

  it("fills the grid without overlaps", async () => {
    const aurora = { engine: "aurora-mysql", engineVersion: "8.0" } as const;
    const cells = (await widgets({}, { logging: {} }, aurora)).flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, i) => [
        x + (i % width),
        y + Math.floor(i / width),
      ]),
    );
    assert.ok(
      cells.every(([x = -1]) => x >= 0 && x < 24),
      "a widget is outside the grid",
    );
    assert.equal(new Set(cells.map(String)).size, cells.length);
  });

  it("has a Grafana workspace if the stack wants one", async () => {
    const { resources, outputs } = await runDashboard({}, { grafana: {} });
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:dashboard:Dashboard")), [
      "aws:cloudwatch/dashboard:Dashboard dev",
      "aws:grafana/workspace:Workspace dev",
      "aws:iam/role:Role dev-grafana",
      "aws:iam/rolePolicy:RolePolicy dev-grafana",
    ]);
    const { inputs } = only(resources, "aws:grafana/workspace:Workspace");
    assert.deepEqual(inputs, {
      accountAccessType: "CURRENT_ACCOUNT",
      authenticationProviders: ["AWS_SSO"],
      permissionType: "CUSTOMER_MANAGED",
      roleArn: "arn:aws:iam::123456789012:role/dev-grafana",
      dataSources: ["CLOUDWATCH"],
    });
    assert.deepEqual(outputs, {
      url: "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/slipway-dev",
      grafana: "https://g-dev.grafana.example",
    });
  });

  it("refuses wrong arguments", async () => {
    const { error } = await attempt(() => {
      const parts = infrastructure();
      new Dashboard("dev", { ...parts, services: {}, grafana: { authenticationProviders: [] } });
    });
    assert.match(String(error), /args\.grafana\.authenticationProviders/);
  });
});
