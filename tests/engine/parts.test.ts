import assert from "node:assert/strict";
import { dev } from "./configs";
import { type Config, engine, type Step, TestStack } from "./harness";

const created = (steps: readonly Step[]) =>
  steps.filter(({ op }) => op === "create").map(({ resource }) => resource);
const others = (steps: readonly Step[]) =>
  steps
    .filter(({ op }) => op !== "create")
    .map(({ op, resource, properties }) => `${op} ${resource}: ${properties.join(", ")}`)
    .sort();

describe("the parts around a service, each one switch", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let without: Config;

  before(async function () {
    await engine.call(this);
    without = dev("octo-org/parts");
    stack = await TestStack.create("parts", without);
    await stack.up();
  });

  it("come with one update, which changes nothing else, and a second one shows no change", async () => {
    await stack.configure({
      ...without,
      "slipway:notices": {
        emails: ["operations@example.com"],
        slack: { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" },
      },
      "slipway:dashboard": { grafana: {} },
      "slipway:waf": { allowedCountries: ["DE"], logging: {} },
    });
    const steps = await stack.preview();
    assert.deepEqual(created(steps).sort(), [
      "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration parts",
      "aws:cloudwatch/dashboard:Dashboard parts",
      "aws:cloudwatch/eventRule:EventRule api",
      "aws:cloudwatch/eventTarget:EventTarget api",
      "aws:cloudwatch/logGroup:LogGroup aws-waf-logs-parts",
      "aws:grafana/workspace:Workspace parts",
      "aws:iam/role:Role parts-grafana",
      "aws:iam/role:Role parts-slack",
      "aws:iam/rolePolicy:RolePolicy parts-grafana",
      "aws:iam/rolePolicy:RolePolicy parts-slack",
      "aws:sns/topic:Topic parts",
      "aws:sns/topicPolicy:TopicPolicy parts",
      "aws:sns/topicSubscription:TopicSubscription parts-operations@example.com",
      "aws:wafv2/webAcl:WebAcl parts",
      "aws:wafv2/webAclAssociation:WebAclAssociation parts",
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration parts",
      "slipway:dashboard:Dashboard parts",
      "slipway:notices:DeploymentNotices api",
      "slipway:notices:Notices parts",
      "slipway:waf:Waf parts",
    ]);
    assert.deepEqual(others(steps), [
      "update aws:cloudwatch/metricAlarm:MetricAlarm api-errors: alarmActions, okActions",
      "update aws:cloudwatch/metricAlarm:MetricAlarm api-latency: alarmActions, okActions",
      "update aws:cloudwatch/metricAlarm:MetricAlarm api-unhealthy-hosts: alarmActions, okActions",
    ]);
    await stack.up();
    await stack.assertUnchanged();
  });

  it("show no change after a release", async () => {
    await stack.release();
    await stack.assertUnchanged();
  });

  it("go with one update, and leave nothing", async () => {
    await stack.configure(without);
    await stack.up();
    await stack.assertUnchanged();
    const { DashboardEntries: dashboards } = await stack.aws<{ DashboardEntries: unknown[] }>(
      "cloudwatch",
      "list-dashboards",
    );
    assert.deepEqual(dashboards, []);
    await stack.destroy();
  });
});
