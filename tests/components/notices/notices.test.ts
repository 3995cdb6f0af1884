import assert from "node:assert/strict";
import { FargateService } from "../../../components/fargate-service";
import { Notices, type NoticesArgs } from "../../../components/notices";
import type { StrategyName } from "../../../components/service";
import { attempt, childrenOf, json, only, run } from "../../harness";
import { infrastructure, runService } from "../infrastructure";

const region = "eu-central-1";
const topicArn = `arn:aws:sns:${region}:123456789012:dev`;
const slack = { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" };
const runNotices = (args: NoticesArgs) => run(() => new Notices("dev", args));

interface Statement {
  readonly Principal: { readonly Service: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition: object;
}

describe("Notices", () => {
  it("is a topic to which only alarms and rules of the account may publish", async () => {
    const { resources } = await runNotices({});
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:notices:Notices")), [
      "aws:sns/topic:Topic dev",
      "aws:sns/topicPolicy:TopicPolicy dev",
    ]);
    const policy = only(resources, "aws:sns/topicPolicy:TopicPolicy");
    const { Statement: statements } = json<{ Statement: Statement[] }>(policy, "policy");
    assert.deepEqual(
      statements.map(({ Principal, Condition }) => [Principal.Service, Condition]),
      [
        [
          "cloudwatch.amazonaws.com",
          { ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${region}:123456789012:alarm:*` } },
        ],
        [
          "events.amazonaws.com",
          { ArnLike: { "aws:SourceArn": `arn:aws:events:${region}:123456789012:rule/*` } },
        ],
      ],
    );
    for (const { Action, Resource } of statements) {
      assert.deepEqual([Action, Resource], ["sns:Publish", topicArn]);
    }
  });

  it("encrypts the topic with the given key", async () => {
    const kmsKeyArn = `arn:aws:kms:${region}:123456789012:key/0a1b`;
    const { resources } = await runNotices({ kmsKeyArn });
    assert.equal(only(resources, "aws:sns/topic:Topic").inputs.kmsMasterKeyId, kmsKeyArn);
  });

  it("sends e-mails", async () => {
    const { resources } = await runNotices({ emails: ["operations@example.com"] });
    const { inputs } = only(resources, "aws:sns/topicSubscription:TopicSubscription");
    const endpoint = "operations@example.com";
    assert.deepEqual(inputs, { topic: topicArn, protocol: "email", endpoint });
  });

  it("sends to a Slack channel, in which people can only read CloudWatch", async () => {
    const { resources } = await runNotices({ slack });
    const channel = only(
      resources,
      "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
    );
    assert.deepEqual(channel.inputs, {
      region: "us-west-2",
      configurationName: "slipway-dev",
      iamRoleArn: "arn:aws:iam::123456789012:role/dev-slack",
      slackTeamId: "T07EA123LEP",
      slackChannelId: "C07EZ1ABC23",
      snsTopicArns: [topicArn],
      guardrailPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
    });
    const policy = only(resources, "aws:iam/rolePolicy:RolePolicy", "dev-slack");
    const { Statement: statements } = json<{ Statement: Statement[] }>(policy, "policy");
    assert.deepEqual(
      statements.map(({ Action }) => Action),
      [
        [
          "cloudwatch:DescribeAlarms",
          "cloudwatch:GetMetricData",
          "cloudwatch:GetMetricStatistics",
          "cloudwatch:GetMetricWidgetImage",
          "cloudwatch:ListMetrics",
        ],
      ],
    );
  });

  it("leaves an existing topic as it is", async () => {
    const { resources } = await runNotices({ topic: { existing: topicArn } });
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:notices:Notices")), []);
  });

  it("refuses wrong arguments, all at once", async () => {
    const { error } = await attempt(
      () =>
        new Notices("dev", {
          emails: ["operations"],
          slack: { workspaceId: "octo", channelId: "#operations" },
          topic: { existing: `${topicArn}.fifo` },
          kmsKeyArn: "alias/notices",
        }),
    );
    const message = String(error);
    const paths = ["emails[0]", "slack.workspaceId", "slack.channelId", "topic.existing"];
    for (const path of [...paths, "kmsKeyArn"]) {
      assert.ok(message.includes(`args.${path}`), `${path} is not in:\n${message}`);
    }
  });
});

describe("a service with notices", () => {
  const runNoticed = (strategy: StrategyName = "rolling") =>
    run(() => {
      const notices = new Notices("dev", { slack });
      new FargateService("api", { ...infrastructure(), port: 8000, strategy, notices });
    });

  it("reports its alarms and its deployments", async () => {
    const { resources } = await runNoticed();
    const alarms = resources.filter(({ type }) => type.endsWith(":MetricAlarm"));
    assert.equal(alarms.length, 4);
    for (const { inputs } of alarms) {
      assert.deepEqual([inputs.alarmActions, inputs.okActions], [[topicArn], [topicArn]]);
    }
    const rule = only(resources, "aws:cloudwatch/eventRule:EventRule", "api");
    const { resources: watched } = json<{ resources: string[] }>(rule, "eventPattern");
    assert.deepEqual(watched, [`arn:aws:ecs:${region}:123456789012:service/dev/api`]);
    const { inputs } = only(resources, "aws:cloudwatch/eventTarget:EventTarget", "api");
    assert.deepEqual([inputs.rule, inputs.arn], ["api", topicArn]);
  });

  it("reports CodeDeploy's deployments under code-deploy", async () => {
    const { resources } = await runNoticed("code-deploy");
    const rule = only(resources, "aws:cloudwatch/eventRule:EventRule", "api");
    const { detail } = json<{ detail: { application: string[] } }>(rule, "eventPattern");
    assert.deepEqual(detail.application, ["api"]);
  });

  it("creates nothing for them without notices", async () => {
    const { resources } = await runService();
    const made = resources.filter(({ type }) => /sns|chatbot|notices/.test(type));
    assert.deepEqual(made, []);
  });
});
