import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ActionRole } from "./roles";

export interface EventStartArgs {
  /** What the rule is for. */
  readonly description: string;
  /** What the role is for. */
  readonly roleDescription: string;
  readonly account: pulumi.Input<string>;
  /** Which events start the target. */
  readonly pattern: pulumi.Input<object>;
  /** The build project or the pipeline that starts. */
  readonly targetArn: pulumi.Output<string>;
  /** The permission to start it. */
  readonly action: "codebuild:StartBuild" | "codepipeline:StartPipelineExecution";
  /** What the target gets. @default the event */
  readonly inputTransformer?: aws.types.input.cloudwatch.EventTargetInputTransformer;
}

/** A rule of EventBridge that starts a build or a pipeline, with a role that can do only that. */
export function startByEvent(name: string, args: EventStartArgs, parent: pulumi.Resource): void {
  const child = { parent };
  const role = new ActionRole(
    name,
    {
      trust: { service: "events.amazonaws.com", account: args.account },
      description: args.roleDescription,
    },
    child,
  );
  const policy = role.allow(
    args.targetArn.apply((arn) => [{ Action: args.action, Resource: arn }]),
  );
  const rule = new aws.cloudwatch.EventRule(
    name,
    {
      description: args.description,
      eventPattern: pulumi.output(args.pattern).apply((pattern) => JSON.stringify(pattern)),
    },
    child,
  );
  new aws.cloudwatch.EventTarget(
    name,
    {
      rule: rule.name,
      arn: args.targetArn,
      roleArn: role.arn,
      ...(args.inputTransformer && { inputTransformer: args.inputTransformer }),
    },
    { ...child, dependsOn: policy },
  );
}
