import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { siblingArn } from "../shared/arn";
import { type PolicyStatement, policyDocument, trustDocument } from "../shared/policy";

/** What whoever moves the traffic works on. */
export interface ShiftScope {
  /** ARNs of both target groups. */
  readonly targetGroups: readonly string[];
  /** The rules that are rewritten, as one pattern over the load balancer's: known before any rule is made. */
  readonly rules: string;
  /** ARNs of the Lambda functions that are called on the way. */
  readonly functions: readonly string[];
}

/** The cluster, the service and the roles of its tasks, by ARN. */
export interface TaskSetScope {
  readonly cluster: string;
  readonly service: string;
  /** All revisions of the service's family. */
  readonly taskDefinitions: string;
  readonly taskRoles: readonly string[];
}

/**
 * All rules of a load balancer: `listener-rule/app/<name>/<id>/<listener>/<rule>`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 */
export function rulesOf(
  neighbourArn: pulumi.Input<string>,
  arnSuffix: pulumi.Input<string>,
): pulumi.Output<string> {
  const rules = pulumi.interpolate`listener-rule/${arnSuffix}/*`;
  return siblingArn(neighbourArn, "elasticloadbalancing", rules);
}

/** Reading load balancers has no resource-level permission. */
const readTraffic: PolicyStatement = {
  Action: [
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
  ],
  Resource: "*",
};

/** Not ModifyListener: that is for default rules, which here forward to nobody. */
function modifyRules({ rules }: ShiftScope): PolicyStatement {
  return { Action: "elasticloadbalancing:ModifyRule", Resource: rules };
}

function invokeFunctions(functions: readonly string[]): PolicyStatement[] {
  return functions.length > 0
    ? [{ Action: "lambda:InvokeFunction", Resource: [...new Set(functions)].sort() }]
    : [];
}

/**
 * What ECS needs to shift traffic, as in AmazonECSInfrastructureRolePolicyForLoadBalancers, held to this service's own
 * target groups and to the rules of its load balancer.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
 */
export function ecsStatements(scope: ShiftScope): PolicyStatement[] {
  return [
    readTraffic,
    {
      Action: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
      Resource: [...scope.targetGroups],
    },
    modifyRules(scope),
    ...invokeFunctions(scope.functions),
  ];
}

/**
 * What CodeDeploy needs, as in AWSCodeDeployRoleForECS, held to this service.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForECS.html
 */
export function codeDeployStatements(scope: ShiftScope & TaskSetScope): PolicyStatement[] {
  const taskSets = `${scope.service.replace(":service/", ":task-set/")}/*`;
  return [
    readTraffic,
    modifyRules(scope),
    {
      Action: ["ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet", "ecs:DeleteTaskSet"],
      Resource: [scope.service, taskSets],
    },
    {
      Action: "ecs:CreateTaskSet",
      Resource: [scope.service, taskSets],
      Condition: { ArnLike: { "ecs:task-definition": scope.taskDefinitions } },
    },
    {
      Action: "iam:PassRole",
      Resource: [...scope.taskRoles],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    // No resource-level permission for several alarms at once.
    { Action: "cloudwatch:DescribeAlarms", Resource: "*" },
    ...invokeFunctions(scope.functions),
  ];
}

export interface DeploymentRoleArgs {
  readonly description: string;
  /** The AWS service that assumes the role: `ecs.amazonaws.com`. */
  readonly principal: string;
  /** The account in which the AWS service works. */
  readonly account: pulumi.Input<string>;
  readonly statements: pulumi.Input<readonly PolicyStatement[]>;
}

/** The role of whoever moves the traffic. */
export class DeploymentRole extends pulumi.ComponentResource {
  /** Known once the role can do its work. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DeploymentRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:deployment:DeploymentRole", name, {}, opts);
    const role = new aws.iam.Role(
      `${name}-deployment`,
      {
        description: args.description,
        assumeRolePolicy: pulumi
          .output(args.account)
          .apply((account) => trustOf(args.principal, account)),
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-deployment`,
      {
        role: role.name,
        policy: pulumi.output(args.statements).apply((statements) => policyDocument(statements)),
      },
      { parent: this },
    );
    this.arn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * For no other account's deployments. "IfExists": AWS names the key for every service principal, but the trust policy on
 * ECS's own page has no condition, and a role that ECS cannot assume fails every deployment.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceaccount
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
 */
function trustOf(principal: string, account: string): string {
  return trustDocument({
    Principal: { Service: principal },
    Action: "sts:AssumeRole",
    Condition: { StringEqualsIfExists: { "aws:SourceAccount": account } },
  });
}
