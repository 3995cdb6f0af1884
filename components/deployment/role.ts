import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { siblingArn } from "../shared/arn";
import { type PolicyStatement, policyDocument, serviceTrust } from "../shared/policy";
import { type Transform, transformed } from "../shared/transform";

/** The ARNs that a traffic shift uses. */
export interface ShiftScope {
  /** ARNs of both target groups. */
  readonly targetGroups: readonly string[];
  /** One pattern for all rules of the load balancer, because the ARN of a new rule is not known yet. */
  readonly rules: string;
  /** ARNs of the Lambda functions that hooks call. */
  readonly functions: readonly string[];
}

/** The cluster, the service and the roles of its tasks, by ARN. */
export interface TaskSetScope {
  /** The cluster's ARN. */
  readonly cluster: string;
  /** The service's ARN. */
  readonly service: string;
  /** A pattern for all revisions of the service's family. */
  readonly taskDefinitions: string;
  /** The ARNs of the execution role and of the task role. */
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

/** IAM has no resource-level permissions for reading load balancers, so the resource is `*`. */
const readTraffic: PolicyStatement = {
  Action: [
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
  ],
  Resource: "*",
};

/** Without ModifyListener: that is for default rules, and they forward nothing here. */
function modifyRules({ rules }: ShiftScope): PolicyStatement {
  return { Action: "elasticloadbalancing:ModifyRule", Resource: rules };
}

function invokeFunctions(functions: readonly string[]): PolicyStatement[] {
  return functions.length > 0
    ? [{ Action: "lambda:InvokeFunction", Resource: [...new Set(functions)].sort() }]
    : [];
}

/**
 * The permissions with which ECS shifts traffic: those of AmazonECSInfrastructureRolePolicyForLoadBalancers, restricted to
 * this service's target groups and to the rules of its load balancer.
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
 * The permissions of CodeDeploy: those of AWSCodeDeployRoleForECS, restricted to this service.
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
    // IAM has no resource-level permissions for reading several alarms at once.
    { Action: "cloudwatch:DescribeAlarms", Resource: "*" },
    ...invokeFunctions(scope.functions),
  ];
}

export interface DeploymentRoleArgs {
  readonly description: string;
  /** The AWS service that assumes the role: `ecs.amazonaws.com`. */
  readonly principal: string;
  /** The account for which the AWS service may assume the role. */
  readonly account: pulumi.Input<string>;
  readonly statements: pulumi.Input<readonly PolicyStatement[]>;
  /** Changes the role's arguments. @default none */
  readonly transform?: Transform<aws.iam.RoleArgs> | undefined;
}

/** The role with which ECS or CodeDeploy shifts traffic. */
export class DeploymentRole extends pulumi.ComponentResource {
  /** Resolves once the role has its policy. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DeploymentRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:deployment:DeploymentRole", name, {}, opts);
    const role = new aws.iam.Role(
      `${name}-deployment`,
      transformed(args.transform, {
        description: args.description,
        assumeRolePolicy: pulumi
          .output(args.account)
          .apply((account) => trustOf(args.principal, account)),
      }),
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
 * Trusts the AWS service only for deployments of this account. The condition has "IfExists": AWS documents the key for every
 * service principal, but ECS's own page shows a trust policy without a condition. If ECS does not send the key, a strict
 * condition would make every deployment fail.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceaccount
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
 */
function trustOf(principal: string, account: string): string {
  return serviceTrust(principal, { StringEqualsIfExists: { "aws:SourceAccount": account } });
}
