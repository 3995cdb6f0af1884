import type { PolicyStatement } from "../../shared/policy";
import { stackTag } from "../../shared/stack-tag";
import type { WorkflowKind } from "./settings";

/**
 * The actions with which a preview reads the settings of the resources that Slipway creates. Pulumi reads each resource (`refresh:
 * always`). The resource is `*`: the previewed stack is not the role's stack, so the ids are not known here. No action returns data:
 * no objects, images, log events, secrets, or user data of instances. AWS's ReadOnlyAccess returns all of these. Each provider
 * resource reads with the Describe, Get and List calls of its own object:
 * https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service, and the actions of
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
const settingsOfResources: Readonly<Record<string, readonly string[]>> = {
  acm: ["DescribeCertificate", "ListTagsForCertificate"],
  "application-autoscaling": [
    "DescribeScalableTargets",
    "DescribeScalingPolicies",
    "DescribeScheduledActions",
    "ListTagsForResource",
  ],
  autoscaling: ["DescribeAutoScalingGroups"],
  chatbot: ["DescribeSlackChannelConfigurations", "ListTagsForResource"],
  cloudfront: [
    ...["DescribeFunction", "GetDistribution", "GetFunction", "GetOriginAccessControl"],
    ...["GetVpcOrigin", "ListTagsForResource"],
  ],
  cloudwatch: ["DescribeAlarms", "GetDashboard", "ListTagsForResource"],
  codebuild: ["BatchGetProjects"],
  codecommit: ["GetRepository"],
  // The ARN of an older connection has the older name of the service.
  codeconnections: ["GetConnection", "ListTagsForResource"],
  "codestar-connections": ["GetConnection", "ListTagsForResource"],
  codedeploy: [
    "GetApplication",
    "GetDeploymentConfig",
    "GetDeploymentGroup",
    "ListTagsForResource",
  ],
  codepipeline: ["GetPipeline", "ListTagsForResource"],
  "cognito-idp": [
    "DescribeUserPool",
    "DescribeUserPoolDomain",
    "GetUserPoolMfaConfig",
    "ListTagsForResource",
  ],
  ec2: [
    "DescribeAddresses",
    "DescribeAddressesAttribute",
    "DescribeAvailabilityZones",
    "DescribeClientVpnAuthorizationRules",
    "DescribeClientVpnEndpoints",
    "DescribeClientVpnTargetNetworks",
    "DescribeFlowLogs",
    "DescribeInstanceTypes",
    "DescribeInternetGateways",
    "DescribeManagedPrefixLists",
    // Not their versions, which have user data: `docs/parts-capacity.md` says what to add.
    "DescribeLaunchTemplates",
    "DescribeNatGateways",
    "DescribeNetworkAcls",
    "DescribeNetworkInterfaces",
    "DescribePrefixLists",
    "DescribeRouteTables",
    "DescribeSecurityGroupRules",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcAttribute",
    "DescribeVpcEndpoints",
    "DescribeVpcs",
    "GetManagedPrefixListEntries",
  ],
  ecr: ["DescribeRepositories", "GetLifecyclePolicy", "GetRepositoryPolicy", "ListTagsForResource"],
  ecs: [
    "DescribeCapacityProviders",
    "DescribeClusters",
    "DescribeServices",
    "DescribeTaskDefinition",
    "ListTagsForResource",
  ],
  elasticfilesystem: [
    "DescribeAccessPoints",
    "DescribeBackupPolicy",
    "DescribeFileSystemPolicy",
    "DescribeFileSystems",
    "DescribeLifecycleConfiguration",
    "DescribeMountTargetSecurityGroups",
    "DescribeMountTargets",
    "ListTagsForResource",
  ],
  elasticloadbalancing: [
    "DescribeCapacityReservation",
    "DescribeListenerAttributes",
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
    "DescribeLoadBalancers",
    "DescribeRules",
    "DescribeTags",
    "DescribeTargetGroupAttributes",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
  ],
  events: ["DescribeRule", "ListTagsForResource", "ListTargetsByRule"],
  grafana: ["DescribeWorkspace", "DescribeWorkspaceConfiguration", "ListTagsForResource"],
  iam: [
    "GetInstanceProfile",
    "GetOpenIDConnectProvider",
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListOpenIDConnectProviders",
    "ListRolePolicies",
  ],
  logs: [
    "DescribeLogGroups",
    "DescribeMetricFilters",
    "DescribeResourcePolicies",
    "ListTagsForResource",
  ],
  rds: [
    "DescribeDBClusterParameterGroups",
    "DescribeDBClusterParameters",
    "DescribeDBClusters",
    "DescribeDBInstances",
    "DescribeDBSubnetGroups",
    "DescribeGlobalClusters",
    "ListTagsForResource",
  ],
  route53: [
    "GetHostedZone",
    "ListHostedZones",
    "ListHostedZonesByName",
    "ListResourceRecordSets",
    "ListTagsForResource",
  ],
  scheduler: ["GetSchedule", "GetScheduleGroup", "ListTagsForResource"],
  servicediscovery: ["GetNamespace", "ListTagsForResource"],
  sns: ["GetSubscriptionAttributes", "GetTopicAttributes", "ListTagsForResource"],
  sqs: ["GetQueueAttributes", "GetQueueUrl", "ListQueueTags"],
  ssm: ["DescribeParameters", "ListTagsForResource"],
  wafv2: ["GetLoggingConfiguration", "GetWebACL", "GetWebACLForResource", "ListTagsForResource"],
};

/**
 * The actions with which the provider reads a bucket. It needs `ListBucket` to find out whether the bucket exists
 * (`HeadBucket`):
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/s3/bucket.go
 */
const settingsOfBuckets: readonly string[] = [
  ...["GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS", "GetBucketLocation"],
  ...["GetBucketLogging", "GetBucketObjectLockConfiguration", "GetBucketPolicy"],
  ...["GetBucketPublicAccessBlock", "GetBucketRequestPayment", "GetBucketTagging"],
  ...["GetBucketVersioning", "GetBucketWebsite", "GetEncryptionConfiguration"],
  ...["GetLifecycleConfiguration", "GetReplicationConfiguration", "ListBucket"],
  "ListTagsForResource",
];

/** The parts of the ARNs of objects that only the stack's own previews may read. */
export interface PreviewScope {
  readonly partition: string;
  readonly account: string;
  readonly project: string;
  readonly stack: string;
}

export function previewStatements({ project, stack, ...place }: PreviewScope): PolicyStatement[] {
  const { partition, account } = place;
  return [
    {
      Action: Object.entries(settingsOfResources).flatMap(([service, names]) =>
        names.map((name) => `${service}:${name}`),
      ),
      Resource: "*",
    },
    {
      Action: settingsOfBuckets.map((name) => `s3:${name}`),
      // The buckets of the load balancer's access logs, of the site, and of the pipelines' artifacts.
      Resource: ["access-logs", "frontend", "artifacts"].map(
        (bucket) => `arn:${partition}:s3:::${stack}-${bucket}-*`,
      ),
    },
    {
      // The scripts of the pipelines' builds: the provider asks for the object's head. Artifacts have other prefixes.
      Action: ["s3:GetObject", "s3:GetObjectTagging"],
      Resource: `arn:${partition}:s3:::${stack}-artifacts-*/scripts/*`,
    },
    {
      // The action returns the secret with which the load balancer gets tokens. So it is allowed only for the stack's
      // own user pools.
      Action: "cognito-idp:DescribeUserPoolClient",
      Resource: `arn:${partition}:cognito-idp:*:${account}:userpool/*`,
      Condition: { StringEquals: { [`aws:ResourceTag/${stackTag}`]: `${project}/${stack}` } },
    },
    {
      // The release pointer, the release record and the service's record: what runs. The only secret is the header that CloudFront
      // sends, which this role also reads in the listener's rules.
      Action: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
      Resource: ["", "/*"].map(
        (end) => `arn:${partition}:ssm:*:${account}:parameter/slipway/${project}/${stack}${end}`,
      ),
    },
  ];
}

/** The bucket with Pulumi's state, and the key of the secrets in it. */
export interface StateScope extends PreviewScope {
  readonly bucket: string;
  readonly kmsKey: string;
}

/**
 * A preview takes no lock and writes nothing (compare `Preview` with `Update` in
 * https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/diy/backend.go), so it only reads. A stack that promotes
 * images reads the state of another stack of the project (`StackReference`), so the role reads those, too.
 */
export function stateStatements(kind: WorkflowKind, scope: StateScope): PolicyStatement[] {
  const { partition, bucket, project, stack } = scope;
  const arn = `arn:${partition}:s3:::${bucket}`;
  // The layout: https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/diy/store.go
  const folder = `${arn}/.pulumi`;
  const own = [
    `${folder}/stacks/${project}/${stack}.*`,
    `${folder}/history/${project}/${stack}/*`,
    `${folder}/backups/${project}/${stack}/*`,
    `${folder}/locks/organization/${project}/${stack}/*`,
  ];
  return [
    { Action: "s3:ListBucket", Resource: arn },
    {
      Action: "s3:GetObject",
      Resource: [`${folder}/meta.yaml`, `${folder}/stacks/${project}/*`],
    },
    ...(kind === "update"
      ? [{ Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], Resource: own }]
      : []),
    { Action: "kms:Decrypt", ...keyOf(scope) },
  ];
}

/**
 * Pulumi's calls do not name the alias, so the key's own aliases decide:
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases
 */
function keyOf({ kmsKey, partition, account }: StateScope) {
  return kmsKey.startsWith("arn:")
    ? { Resource: kmsKey }
    : {
        Resource: `arn:${partition}:kms:*:${account}:key/*`,
        Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": kmsKey } },
      };
}
