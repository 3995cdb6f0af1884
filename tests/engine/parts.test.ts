import assert from "node:assert/strict";
import { tagOf } from "../../components/shared/image";
import { dev } from "./configs";
import { type Config, engine, type Step, TestStack } from "./harness";
import { runningImage } from "./inventory";

const created = (steps: readonly Step[]) =>
  steps.filter(({ op }) => op === "create").map(({ resource }) => resource);
const others = (steps: readonly Step[]) =>
  steps
    .filter(({ op }) => op !== "create")
    .map(({ op, resource, properties }) => `${op} ${resource}: ${properties.join(", ")}`)
    .sort();

interface Container {
  readonly image: string;
  readonly environment?: readonly { readonly name: string }[];
  readonly secrets?: readonly { readonly name: string }[];
}

describe("the parts around a service, each one switch", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let without: Config;
  let api: Config | undefined;
  let released: Container;

  before(async function () {
    await engine.call(this);
    without = dev("octo-org/parts");
    [api] = without["slipway:services"] as [Config];
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
      "slipway:database": {
        ...{ engine: "aurora-postgresql", engineVersion: "17", readers: 1 },
        ...{ readerAutoscaling: { maxCapacity: 2 }, iamDatabaseAuthenticationEnabled: true },
        // A destroy at the end of the test.
        ...{ deletionProtection: false, skipFinalSnapshot: true },
      },
      "slipway:services": [
        {
          ...{ ...api, database: true },
          scheduledTasks: { nightly: { schedule: "cron(0 3 * * ? *)", command: ["report"] } },
        },
        {
          ...{ name: "jobs", cpu: 256, memory: 512, worker: {} },
          autoscaling: { minCapacity: 0, maxCapacity: 3, messagesPerTask: 10 },
          imageRepository: { forceDelete: true },
        },
      ],
      "slipway:cluster": { containerInsights: "enabled" },
    });
    const steps = await stack.preview();
    const ofWorker = created(steps).filter((resource) => / jobs(?:-|$)/.test(resource));
    assert.ok(ofWorker.includes("aws:sqs/queue:Queue jobs-dead-letters"), ofWorker.join("\n"));
    assert.deepEqual(
      ofWorker.filter((resource) => /aws:lb|IngressRule/.test(resource)),
      [],
    );
    const rest = created(steps).filter((resource) => !ofWorker.includes(resource));
    assert.deepEqual(rest.sort(), [
      "aws:appautoscaling/policy:Policy parts-readers",
      "aws:appautoscaling/target:Target parts-readers",
      "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration parts",
      "aws:cloudwatch/dashboard:Dashboard parts",
      "aws:cloudwatch/eventRule:EventRule api",
      "aws:cloudwatch/eventTarget:EventTarget api",
      "aws:cloudwatch/logGroup:LogGroup aws-waf-logs-parts",
      "aws:cloudwatch/logGroup:LogGroup parts-postgresql",
      "aws:ec2/securityGroup:SecurityGroup parts-database",
      "aws:ecs/taskDefinition:TaskDefinition api-scheduled",
      "aws:grafana/workspace:Workspace parts",
      "aws:iam/role:Role api-scheduler",
      "aws:iam/role:Role parts-grafana",
      "aws:iam/role:Role parts-slack",
      "aws:iam/rolePolicy:RolePolicy api-scheduler",
      "aws:iam/rolePolicy:RolePolicy api-task",
      "aws:iam/rolePolicy:RolePolicy parts-grafana",
      "aws:iam/rolePolicy:RolePolicy parts-slack",
      "aws:rds/cluster:Cluster parts",
      "aws:rds/clusterInstance:ClusterInstance parts-1",
      "aws:rds/clusterInstance:ClusterInstance parts-2",
      "aws:rds/clusterParameterGroup:ClusterParameterGroup parts",
      "aws:rds/subnetGroup:SubnetGroup parts",
      "aws:scheduler/schedule:Schedule api-nightly",
      "aws:scheduler/scheduleGroup:ScheduleGroup api",
      "aws:sns/topic:Topic parts",
      "aws:sns/topicPolicy:TopicPolicy parts",
      "aws:sns/topicSubscription:TopicSubscription parts-operations@example.com",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule api-to-database",
      "aws:wafv2/webAcl:WebAcl parts",
      "aws:wafv2/webAclAssociation:WebAclAssociation parts",
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration parts",
      "slipway:dashboard:Dashboard parts",
      "slipway:database:Database parts",
      "slipway:database:ReaderAutoscaling parts",
      "slipway:fargate-service:ScheduledTasks api",
      "slipway:notices:DeploymentNotices api",
      "slipway:notices:Notices parts",
      "slipway:waf:Waf parts",
    ]);
    assert.deepEqual(others(steps), [
      "replace aws:ecs/taskDefinition:TaskDefinition api: containerDefinitions",
      "update aws:cloudwatch/metricAlarm:MetricAlarm api-errors: alarmActions, okActions",
      "update aws:cloudwatch/metricAlarm:MetricAlarm api-latency: alarmActions, okActions",
      "update aws:cloudwatch/metricAlarm:MetricAlarm api-unhealthy-hosts: alarmActions, okActions",
      "update aws:ecs/cluster:Cluster parts: settings[0].value",
      "update aws:iam/rolePolicy:RolePolicy api-deploy: policy",
      "update aws:iam/rolePolicy:RolePolicy api-execution: policy",
      "update aws:iam/rolePolicy:RolePolicy api-register: policy",
      "update github:index/repositoryFile:RepositoryFile api-main: content",
    ]);
    await stack.up();
    await stack.assertUnchanged();
  });

  it("show no change after a release", async () => {
    const { sha, workflows } = await stack.release();
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [true, true],
      workflows.map(({ log }) => log).join("\n"),
    );
    await stack.assertUnchanged();
    // The worker has the same repository.
    assert.equal(tagOf(await runningImage(stack, "jobs")), sha);
    released = await newestContainer();
    assert.ok(
      released.environment?.some(({ name }) => name === "DATABASE_HOST"),
      "no DATABASE_HOST",
    );
  });

  it("go with one update, and leave nothing", async () => {
    await stack.configure(without);
    await stack.up();
    await stack.assertUnchanged();
    const { image, environment = [], secrets = [] } = await newestContainer();
    assert.equal(image, released.image, "an update of the parts decides about the image");
    assert.deepEqual(
      [...environment, ...secrets].filter(({ name }) => name.startsWith("DATABASE_")),
      [],
    );
    const { DashboardEntries: dashboards } = await stack.aws<{ DashboardEntries: unknown[] }>(
      "cloudwatch",
      "list-dashboards",
    );
    assert.deepEqual(dashboards, []);
    await stack.destroy();
  });

  /** The service's container in the newest revision. */
  async function newestContainer(): Promise<Container> {
    const { services } = await stack.outputs<{ services: { api: { taskDefinition: string } } }>();
    const { taskDefinition } = await stack.aws<{
      taskDefinition: { containerDefinitions: [Container] };
    }>("ecs", "describe-task-definition", "--task-definition", services.api.taskDefinition);
    return taskDefinition.containerDefinitions[0];
  }
});
