import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { locationOf, siblingArn } from "../shared/arn";
import { refuse } from "../shared/errors";
import { policyDocument, serviceTrust } from "../shared/policy";
import { type Transform, transformed } from "../shared/transform";
import { checkNotices, type NoticesSettings, type SlackChannelArgs } from "./settings";

/** The arguments of {@link Notices}. */
export interface NoticesArgs extends NoticesSettings {
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The topic. */
    readonly topic?: Transform<aws.sns.TopicArgs>;
  };
}

/**
 * One of the regions with an endpoint of the API. Channels and their topics can be anywhere.
 * https://docs.aws.amazon.com/general/latest/gr/chatbot.html
 */
const apiRegion = "us-west-2";

/**
 * An SNS topic for messages about services, and its subscribers. A service with `notices` sends messages about its
 * deployments and its alarms.
 *
 * ```ts
 * const notices = new Notices("prod", { emails: ["operations@example.com"] });
 * new FargateService("api", { notices, ... });
 * ```
 *
 * Cost: about nothing. 1,000 e-mails a month are free, 100,000 more cost USD 2.
 */
export class Notices extends pulumi.ComponentResource {
  /** The topic's ARN. */
  readonly topicArn: pulumi.Output<string>;
  /** Whether a Slack channel gets the notices: then they have the form that Slack shows. */
  readonly toSlack: boolean;
  /** The ARN of the key that encrypts the topic: a role that publishes needs it. Undefined for an existing topic. */
  readonly kmsKeyArn: string | undefined;

  constructor(
    private readonly name: string,
    args: NoticesArgs = {},
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuse(`Notices "${name}"`, checkNotices(args, "args"));
    super("slipway:notices:Notices", name, {}, opts);
    this.toSlack = args.slack !== undefined;
    this.kmsKeyArn = args.kmsKeyArn;
    this.topicArn = args.topic ? pulumi.output(args.topic.existing) : this.createTopic(args);
    for (const email of args.emails ?? []) {
      new aws.sns.TopicSubscription(
        `${name}-${email}`,
        { topic: this.topicArn, protocol: "email", endpoint: email },
        { parent: this },
      );
    }
    if (args.slack) {
      this.createChannel(args.slack);
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }

  private createTopic({ kmsKeyArn, transform }: NoticesArgs): pulumi.Output<string> {
    const topic = new aws.sns.Topic(
      this.name,
      transformed(transform?.topic, {
        ...(kmsKeyArn !== undefined && { kmsMasterKeyId: kmsKeyArn }),
      }),
      { parent: this },
    );
    const policy = new aws.sns.TopicPolicy(
      this.name,
      { arn: topic.arn, policy: publishers(topic.arn) },
      { parent: this },
    );
    // An alarm or a rule that exists before the policy would lose its first notice.
    return policy.arn;
  }

  private createChannel({ workspaceId, channelId }: SlackChannelArgs): void {
    const role = new aws.iam.Role(
      `${this.name}-slack`,
      { assumeRolePolicy: serviceTrust("chatbot.amazonaws.com") },
      { parent: this },
    );
    // For the graph beside an alarm. Metrics have no resource-level permissions:
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
    const actions = [
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetMetricData",
      "cloudwatch:GetMetricStatistics",
      "cloudwatch:GetMetricWidgetImage",
      "cloudwatch:ListMetrics",
    ];
    new aws.iam.RolePolicy(
      `${this.name}-slack`,
      { role: role.id, policy: policyDocument([{ Action: actions, Resource: "*" }]) },
      { parent: this },
    );
    new aws.chatbot.SlackChannelConfiguration(
      this.name,
      {
        region: apiRegion,
        configurationName: `${pulumi.getProject()}-${this.name}`,
        iamRoleArn: role.arn,
        slackTeamId: workspaceId,
        slackChannelId: channelId,
        snsTopicArns: [this.topicArn],
        // Without it, commands in the channel could do everything that the role allows, and more if the role gets more
        // permissions later.
        guardrailPolicyArns: [
          this.topicArn.apply(
            (arn) => `arn:${locationOf(arn).partition}:iam::aws:policy/CloudWatchReadOnlyAccess`,
          ),
        ],
      },
      { parent: this },
    );
  }
}

/** Alarms and rules of this account and region may publish. */
function publishers(topicArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi
    .all([
      topicArn,
      siblingArn(topicArn, "cloudwatch", "alarm:*"),
      siblingArn(topicArn, "events", "rule/*"),
    ])
    .apply(([topic, alarms, rules]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          publisher("cloudwatch.amazonaws.com", topic, alarms),
          publisher("events.amazonaws.com", topic, rules),
        ],
      }),
    );
}

function publisher(Service: string, Resource: string, sources: string): object {
  return {
    Effect: "Allow",
    Principal: { Service },
    Action: "sns:Publish",
    Resource,
    Condition: { ArnLike: { "aws:SourceArn": sources } },
  };
}
