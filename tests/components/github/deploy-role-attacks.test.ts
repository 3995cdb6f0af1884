import assert from "node:assert/strict";
import { before } from "mocha";
import { type Caller, denial, requiredPermissions } from "../../../sandbox/github/gate";
import { evaluate } from "../../../sandbox/github/gate/authorize";
import { json, only, runStack, stackConfig } from "../../harness";

/** What somebody with the credentials of one run may try: each request as AWS sees it, with its condition keys. */
type Request = readonly [
  title: string,
  call: string,
  input: Record<string, unknown>,
  /** Why the role has to allow it, if it does. */
  because?: string,
];

const account = "123456789012";
const region = "eu-central-1";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const family = arn("ecs", "task-definition/slipway-dev-api");
const pointer = "/slipway/slipway/dev/api/image";
const record = "/slipway/slipway/dev/api/release";

const update = { cluster: "dev", service: "api", taskDefinition: `${family}:8` };
const network = {
  subnets: ["subnet-c", "subnet-d"],
  securityGroups: ["api"],
  assignPublicIp: "DISABLED",
};
const awsvpc = (change: object) => ({
  ...update,
  networkConfiguration: { awsvpcConfiguration: { ...network, ...change } },
});
const registration = {
  family: "slipway-dev-api",
  cpu: "256",
  memory: "512",
  requiresCompatibilities: ["FARGATE"],
  taskRoleArn: role("api-task"),
  executionRoleArn: role("api-execution"),
  containerDefinitions: [{ name: "api", image: "api:1", privileged: false }],
  tags: [{ key: "Project", value: "slipway" }],
};
const register = (change: object) => ({ ...registration, ...change });
const put = { Name: pointer, Type: "String", Value: "api:1", Overwrite: true };
const image = { repositoryName: "api" };
const on = (cluster: string, rest: object) => ({ cluster, ...rest });
const deploymentOf = (service: string) =>
  `arn:aws:ecs:eu-central-1:123456789012:service-deployment/dev/${service}/0a1b`;

/** As the workflow makes them. */
const needed: readonly Request[] = [
  [
    "the deploy action's update",
    "ecs:UpdateService",
    {
      ...update,
      forceNewDeployment: false,
      enableECSManagedTags: null,
      propagateTags: null,
      volumeConfigurations: [],
    },
  ],
  [
    "an update with the configured settings",
    "ecs:UpdateService",
    {
      ...awsvpc({}),
      enableExecuteCommand: false,
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }],
    },
  ],
  ["a revision as Pulumi declares it", "ecs:RegisterTaskDefinition", registration],
  [
    "a revision with less",
    "ecs:RegisterTaskDefinition",
    register({ cpu: ".25 vCPU", memory: "0.5 GB" }),
  ],
  ["the service", "ecs:DescribeServices", on("dev", { services: ["api"] })],
  ["its deployments", "ecs:ListServiceDeployments", on("dev", { service: "api" })],
  [
    "one of them",
    "ecs:DescribeServiceDeployments",
    { serviceDeploymentArns: [deploymentOf("api")] },
  ],
  ["its tasks", "ecs:ListTasks", on("dev", { serviceName: "api" })],
  ["a task", "ecs:DescribeTasks", on("dev", { tasks: ["0a1b"] })],
  ["the newest revision", "ecs:DescribeTaskDefinition", { taskDefinition: "slipway-dev-api" }],
  ["the image", "ecr:DescribeImages", image],
  ["the image's manifest", "ecr:BatchGetImage", image],
  ["a tag", "ecr:PutImage", image],
  ["the pointer", "ssm:PutParameter", put],
  ["the record", "ssm:PutParameter", { ...put, Name: record }],
  ["both", "ssm:GetParameters", { Names: [pointer, record] }],
];

const denied: readonly Request[] = [
  // The service.
  ["a public address for the tasks", "ecs:UpdateService", awsvpc({ assignPublicIp: "ENABLED" })],
  ["another subnet", "ecs:UpdateService", awsvpc({ subnets: ["subnet-public"] })],
  [
    "another subnet in addition to its own",
    "ecs:UpdateService",
    awsvpc({ subnets: ["subnet-c", "subnet-public"] }),
  ],
  ["ECS Exec", "ecs:UpdateService", { ...update, enableExecuteCommand: true }],
  [
    "Service Connect",
    "ecs:UpdateService",
    {
      ...update,
      serviceConnectConfiguration: {
        enabled: true,
        namespace: "arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-1",
      },
    },
  ],
  [
    "VPC Lattice",
    "ecs:UpdateService",
    {
      ...update,
      vpcLatticeConfigurations: [
        { roleArn: role("api-task"), targetGroupArn: "tg", portName: "http" },
      ],
    },
  ],
  ["a volume", "ecs:UpdateService", { ...update, volumeConfigurations: [{ name: "disk" }] }],
  [
    "another capacity provider",
    "ecs:UpdateService",
    { ...update, capacityProviderStrategy: [{ capacityProvider: "instances" }] },
  ],
  [
    "another capacity provider in addition to its own",
    "ecs:UpdateService",
    {
      ...update,
      capacityProviderStrategy: [
        { capacityProvider: "FARGATE" },
        { capacityProvider: "instances" },
      ],
    },
  ],
  [
    "another family",
    "ecs:UpdateService",
    { ...update, taskDefinition: arn("ecs", "task-definition/admin:1") },
  ],
  [
    "another family by its short name",
    "ecs:UpdateService",
    { ...update, taskDefinition: "admin:1" },
  ],
  [
    "a family with a similar name",
    "ecs:UpdateService",
    { ...update, taskDefinition: arn("ecs", "task-definition/slipway-dev-api-2:1") },
  ],
  [
    "the placeholder",
    "ecs:UpdateService",
    { ...update, taskDefinition: arn("ecs", "task-definition/slipway-dev-api-placeholder:1") },
  ],
  [
    "another account's revision",
    "ecs:UpdateService",
    { ...update, taskDefinition: family.replace(account, "999999999999") },
  ],
  [
    "no task at all, without a revision",
    "ecs:UpdateService",
    { cluster: "dev", service: "api", desiredCount: 0 },
  ],
  ["another service", "ecs:UpdateService", { ...update, service: "web" }],
  ["a service of another cluster", "ecs:UpdateService", { ...update, cluster: "prod" }],
  // The task definition.
  ["more CPU", "ecs:RegisterTaskDefinition", register({ cpu: "16384" })],
  ["more CPU in the other notation", "ecs:RegisterTaskDefinition", register({ cpu: "16 vCPU" })],
  ["more memory", "ecs:RegisterTaskDefinition", register({ memory: "122880" })],
  [
    "more memory in the other notation",
    "ecs:RegisterTaskDefinition",
    register({ memory: "120 GB" }),
  ],
  [
    "a privileged container",
    "ecs:RegisterTaskDefinition",
    register({ containerDefinitions: [{ name: "api" }, { name: "x", privileged: true }] }),
  ],
  ["a task for EC2", "ecs:RegisterTaskDefinition", register({ requiresCompatibilities: ["EC2"] })],
  [
    "a task for EC2 and Fargate",
    "ecs:RegisterTaskDefinition",
    register({ requiresCompatibilities: ["FARGATE", "EC2"] }),
  ],
  [
    "a task for another host",
    "ecs:RegisterTaskDefinition",
    register({ requiresCompatibilities: ["EXTERNAL"] }),
  ],
  ["another family's revision", "ecs:RegisterTaskDefinition", register({ family: "admin" })],
  [
    "the placeholder's revision",
    "ecs:RegisterTaskDefinition",
    register({ family: "slipway-dev-api-placeholder" }),
  ],
  ["another task role", "ecs:RegisterTaskDefinition", register({ taskRoleArn: role("admin") })],
  [
    "another task role by its name",
    "ecs:RegisterTaskDefinition",
    register({ taskRoleArn: "admin" }),
  ],
  [
    "its own role for the tasks",
    "ecs:RegisterTaskDefinition",
    register({ taskRoleArn: role("api-deploy") }),
  ],
  [
    "another execution role",
    "ecs:RegisterTaskDefinition",
    register({ executionRoleArn: role("web-execution") }),
  ],
  ["removing a revision", "ecs:DeregisterTaskDefinition", { taskDefinition: `${family}:7` }],
  // The parameters.
  [
    "an expiry for the pointer",
    "ssm:PutParameter",
    { ...put, Tier: "Advanced", Policies: '[{"Type":"Expiration"}]' },
  ],
  [
    "an expiry for the record",
    "ssm:PutParameter",
    { ...put, Name: record, Policies: '[{"Type":"NoChangeNotification"}]' },
  ],
  [
    "another service's pointer",
    "ssm:PutParameter",
    { ...put, Name: "/slipway/slipway/dev/web/image" },
  ],
  [
    "another stack's pointer",
    "ssm:PutParameter",
    { ...put, Name: "/slipway/slipway/prod/api/image" },
  ],
  ["a parameter below the pointer", "ssm:PutParameter", { ...put, Name: `${pointer}/x` }],
  ["a parameter with a similar name", "ssm:PutParameter", { ...put, Name: `${pointer}2` }],
  [
    "another account's parameter",
    "ssm:PutParameter",
    { ...put, Name: `arn:aws:ssm:${region}:999999999999:parameter${pointer}` },
  ],
  ["any other parameter", "ssm:GetParameters", { Names: [pointer, "/team/database-password"] }],
  ["a parameter by the single call", "ssm:GetParameter", { Name: pointer }],
  // The registry.
  ["another repository's images", "ecr:PutImage", { repositoryName: "web" }],
  ["reading another repository", "ecr:BatchGetImage", { repositoryName: "web" }],
  ["another account's repository", "ecr:PutImage", { ...image, registryId: "999999999999" }],
  ["layers for another repository", "ecr:InitiateLayerUpload", { repositoryName: "web" }],
  // Other objects.
  ["another service's state", "ecs:DescribeServices", on("dev", { services: ["api", "web"] })],
  ["another cluster's tasks", "ecs:ListTasks", on("prod", { serviceName: "api" })],
  ["a task of another cluster", "ecs:DescribeTasks", on("prod", { tasks: ["0a1b"] })],
  ["another service's deployments", "ecs:ListServiceDeployments", on("dev", { service: "web" })],
  [
    "a deployment of another service",
    "ecs:DescribeServiceDeployments",
    { serviceDeploymentArns: [deploymentOf("web")] },
  ],
  [
    "stopping a deployment",
    "ecs:StopServiceDeployment",
    { serviceDeploymentArn: arn("ecs", "service-deployment/dev/api/1") },
  ],
  [
    "approving a deployment that waits",
    "ecs:ContinueServiceDeployment",
    { serviceDeploymentArn: arn("ecs", "service-deployment/dev/api/1") },
  ],
  [
    "CodeDeploy",
    "codedeploy:CreateDeployment",
    { applicationName: "api", deploymentGroupName: "api", deploymentConfigName: "x" },
  ],
  ["the service's logs", "logs:FilterLogEvents", { logGroupName: "api" }],
];

/** Requests that stay possible: IAM has no condition key for them, or a release needs the same request. */
const possible: readonly Request[] = [
  [
    "a foreign image in a revision",
    "ecs:RegisterTaskDefinition",
    register({ containerDefinitions: [{ name: "api", image: "docker.io/evil/image" }] }),
    "ECS has no condition key for images",
  ],
  [
    "another command, variable or secret",
    "ecs:RegisterTaskDefinition",
    register({
      containerDefinitions: [
        { name: "api", image: "api:1", command: ["sh"], secrets: [{ name: "X", valueFrom: "/x" }] },
      ],
    }),
    "no key for them; the execution role reads only its own secrets",
  ],
  [
    "the execution role for the application",
    "ecs:RegisterTaskDefinition",
    register({ taskRoleArn: role("api-execution") }),
    "iam:PassRole has no key for the use; the image reads the same secrets as variables anyway",
  ],
  [
    "a revision without a size",
    "ecs:RegisterTaskDefinition",
    { family: "slipway-dev-api", containerDefinitions: [{ name: "api", image: "api:1" }] },
    "an absent key must pass, and Fargate does not start such a task",
  ],
  [
    "an earlier revision",
    "ecs:UpdateService",
    { ...update, taskDefinition: `${family}:1` },
    "a rollback is a release",
  ],
  ["no task at all", "ecs:UpdateService", { ...update, desiredCount: 0 }, "no key for the count"],
  [
    "other security groups in its own subnets",
    "ecs:UpdateService",
    awsvpc({ securityGroups: ["sg-other"] }),
    "no key for security groups",
  ],
  [
    "no circuit breaker",
    "ecs:UpdateService",
    {
      ...update,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } },
    },
    "no key for the deployment configuration",
  ],
  [
    "other target groups",
    "ecs:UpdateService",
    { ...update, loadBalancers: [] },
    "no key for load balancers",
  ],
  [
    "a wrong image in the pointer",
    "ssm:PutParameter",
    { ...put, Value: "docker.io/evil/image" },
    "no key for values: pulumi up refuses it",
  ],
  [
    "a deadline in the year 9999",
    "ssm:PutParameter",
    { ...put, Name: record, Value: "api:1 9999-12-31T00:00:00Z https://x" },
    "no key for values: pulumi up refuses it",
  ],
  [
    "an advanced parameter",
    "ssm:PutParameter",
    { ...put, Tier: "Advanced" },
    "no key for the tier: USD 0.05 a month",
  ],
  ["an image that no build made", "ecr:PutImage", image, "a build pushes in the same way"],
  [
    "a read of any task definition",
    "ecs:DescribeTaskDefinition",
    { taskDefinition: "admin" },
    "no resource-level permission",
  ],
];

describe("attacks on the deploy role", () => {
  let caller: Caller;

  before(async () => {
    const { resources } = await runStack(stackConfig("Pulumi.dev.yaml"));
    caller = {
      account,
      arn: `arn:aws:sts::${account}:assumed-role/api-deploy/deploy-api-dev-17`,
      roleArn: role("api-deploy"),
      policies: ["api-deploy", "api-register"].map((name) => ({
        name,
        policy: json(only(resources, "aws:iam/rolePolicy:RolePolicy", name), "policy"),
      })),
    };
  });

  function decide([, call, input]: Request): Promise<string | undefined> {
    const [service = "", operation = ""] = call.split(":");
    const permissions = requiredPermissions({ service, operation, input, region, account });
    assert.ok(permissions, `the gate does not know ${call}`);
    return denial(caller, permissions);
  }

  for (const request of needed) {
    it(`leaves to the workflow: ${request[0]} (${request[1]})`, async () => {
      assert.equal(await decide(request), undefined);
    });
  }

  for (const request of denied) {
    it(`denies ${request[0]} (${request[1]})`, async () => {
      assert.match(String(await decide(request)), /^User: .* is not authorized to perform: /);
    });
  }

  for (const request of possible) {
    it(`cannot deny ${request[0]} (${request[1]}): ${request[3]}`, async () => {
      assert.equal(await decide(request), undefined);
    });
  }

  // The gate refuses calls that it does not know, so this asks only IAM about these.
  for (const [action, resource] of [
    ["ecs:RunTask", `${family}:8`],
    ["ecs:StartTask", `${family}:8`],
    ["ecs:StopTask", arn("ecs", "task/dev/0a1b")],
    ["ecs:ExecuteCommand", arn("ecs", "task/dev/0a1b")],
    ["ecs:CreateService", arn("ecs", "service/dev/api")],
    ["ecs:DeleteService", arn("ecs", "service/dev/api")],
    ["ecs:CreateTaskSet", arn("ecs", "task-set/dev/api/1")],
    ["ecs:TagResource", arn("ecs", "service/dev/api")],
    ["ecs:UpdateCluster", arn("ecs", "cluster/dev")],
    ["ecs:PutClusterCapacityProviders", arn("ecs", "cluster/dev")],
    ["ecr:BatchDeleteImage", arn("ecr", "repository/api")],
    ["ecr:PutImageTagMutability", arn("ecr", "repository/api")],
    ["ecr:PutLifecyclePolicy", arn("ecr", "repository/api")],
    ["ecr:SetRepositoryPolicy", arn("ecr", "repository/api")],
    ["ecr:DeleteRepository", arn("ecr", "repository/api")],
    ["ssm:DeleteParameter", arn("ssm", `parameter${pointer}`)],
    ["ssm:GetParameterHistory", arn("ssm", `parameter${pointer}`)],
    ["ssm:LabelParameterVersion", arn("ssm", `parameter${pointer}`)],
    ["ssm:AddTagsToResource", arn("ssm", `parameter${pointer}`)],
    ["ssm:SendCommand", arn("ssm", "document/AWS-RunShellScript")],
    ["ssm:StartSession", arn("ecs", "task/dev/0a1b")],
    ["secretsmanager:GetSecretValue", arn("secretsmanager", "secret:db-AbCdEf")],
    ["iam:PassRole", role("admin")],
    ["iam:PutRolePolicy", role("api-deploy")],
    ["iam:UpdateAssumeRolePolicy", role("api-deploy")],
    ["iam:CreateAccessKey", `arn:aws:iam::${account}:user/admin`],
    ["iam:CreateServiceLinkedRole", role("aws-service-role/ecs.amazonaws.com/x")],
    ["sts:AssumeRole", role("admin")],
    ["lambda:InvokeFunction", arn("lambda", "function:hook")],
    ["elasticloadbalancing:ModifyRule", arn("elasticloadbalancing", "listener-rule/app/dev/1/2/3")],
    [
      "application-autoscaling:RegisterScalableTarget",
      arn("application-autoscaling", "scalable-target/1"),
    ],
    ["cloudwatch:DisableAlarmActions", arn("cloudwatch", "alarm:errors")],
    ["codedeploy:UpdateDeploymentGroup", arn("codedeploy", "deploymentgroup:api/api")],
    ["logs:DeleteLogGroup", arn("logs", "log-group:api")],
  ] as const) {
    it(`denies ${action} on ${resource}`, async () => {
      assert.equal(await evaluate(caller, { action, resource }), "ImplicitlyDenied");
    });
  }
});
