/** The resources that the project's own stacks request from the plugins. */
import * as pulumi from "@pulumi/pulumi";
import { ActionsSettings } from "../../../components/github/actions-settings";
import { Vpc } from "../../../sandbox/plugins/awsx/vpc";
import { stacks, threeServices } from "../../config/stacks";
import { gitHub, newRepository, type Recorded, run, runStack, type World } from "../../harness";

type Config = Record<string, unknown>;

const world: World = {
  calls: {
    "github:index/getRestApi:getRestApi": (inputs) =>
      gitHub(newRepository, { id: String(inputs.endpoint).includes("octo-app") ? 4242 : 5353 })(
        inputs,
      ),
  },
};

const [api, admin, web] = threeServices["slipway:services"] as [Config, Config, Config];
const alarms = ["errors"];
const lambda = "arn:aws:lambda:us-east-1:123456789012:function:check";

/** Whatever the strategies and the options of a stack file add to the stacks of the other tests. */
const strategies: readonly (readonly [string, Config])[] = [
  ["rolling", { type: "rolling", minimumHealthyPercent: 100, maximumPercent: 300, alarms }],
  ["blue-green", { type: "blue-green", alarms, testListener: {} }],
  [
    "canary",
    {
      type: "canary",
      canaryPercent: 20,
      canaryBakeTimeInMinutes: 5,
      hooks: { POST_TEST_TRAFFIC_SHIFT: lambda, PRE_SCALE_UP: { type: "pause" } },
    },
  ],
  ["linear", { type: "linear", stepPercent: 20, stepBakeTimeInMinutes: 5, bakeTimeInMinutes: 4 }],
  [
    "code-deploy",
    {
      type: "code-deploy",
      deploymentConfig: { type: "TimeBasedCanary", percentage: 10, interval: 5 },
      approvalWaitTimeInMinutes: 10,
      testListener: {},
      alarms,
    },
  ],
  [
    "linear code-deploy",
    {
      type: "code-deploy",
      deploymentConfig: { type: "TimeBasedLinear", percentage: 10, interval: 5 },
    },
  ],
];

const github = threeServices["slipway:github"] as Config;

const options: Config = {
  "slipway:network": { vpcEndpoints: ["ecr.api", "s3"], flowLogs: true },
  "slipway:cluster": {
    containerInsights: "enhanced",
    capacityProviders: [
      {
        name: "spot",
        instanceTypes: ["m7g.large"],
        spot: true,
        maxSize: 3,
        maxInstanceLifetimeInDays: 14,
      },
    ],
  },
  "slipway:loadBalancer": {
    https: { domain: "example.com", zone: "example.com", alternativeNames: ["www.example.com"] },
    internal: true,
    allowedCidrBlocks: ["10.0.0.0/8"],
    accessLogs: true,
  },
  "slipway:notices": {
    emails: ["operations@example.com"],
    slack: { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" },
    kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/notices",
  },
  "slipway:dashboard": { grafana: {} },
  "slipway:waf": {
    managedRuleGroups: [
      { name: "AWSManagedRulesCommonRuleSet", countRules: ["SizeRestrictions_BODY"] },
    ],
    allowedCountries: ["DE"],
    logging: {},
  },
  "slipway:database": {
    ...{ engine: "aurora-postgresql", engineVersion: "17", readers: 1 },
    ...{ serverless: { minCapacity: 0, maxCapacity: 2, secondsUntilAutoPause: 600 } },
    ...{ readerAutoscaling: { maxCapacity: 2 }, snapshotIdentifier: "before" },
    kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/database",
  },
  "slipway:clientVpn": {
    serverCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/server",
    authentication: {
      clientRootCertificateChainArn: "arn:aws:acm:us-east-1:123456789012:certificate/clients",
    },
  },
  "slipway:github": {
    ...github,
    environment: {
      ...{ reviewers: { users: [1], teams: [2] }, waitTimer: 5 },
      ...{ preventSelfReview: true, canAdminsBypass: false },
    },
    delivery: { type: "commit", author: { name: "Ops", email: "ops@example.com" } },
  },
  "slipway:services": [
    {
      ...{ ...api, database: true, serviceConnect: {} },
      ...{ build: { cache: "registry" }, imageRepository: { pullAccounts: ["210987654321"] } },
      autoscaling: {
        ...{ minCapacity: 1, maxCapacity: 3, cpuUtilization: 50, memoryUtilization: 50 },
        ...{ requestCountPerTarget: 500, scaleOutCooldown: 10, scaleInCooldown: 60 },
        scheduledActions: [
          {
            name: "night",
            schedule: "cron(0 22 * * ? *)",
            timezone: "Europe/Berlin",
            maxCapacity: 2,
          },
        ],
      },
      scheduledTasks: {
        nightly: {
          ...{ schedule: "cron(0 3 * * ? *)", command: ["report"] },
          deadLetterQueueArn: "arn:aws:sqs:us-east-1:123456789012:failed",
        },
      },
      capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 2, base: 1 }],
      healthCheck: {
        ...{ path: "/up", matcher: "200", interval: 10, timeout: 5 },
        ...{ healthyThreshold: 2, unhealthyThreshold: 4 },
      },
      ...{ healthCheckGracePeriodSeconds: 30, deregistrationDelay: 20 },
      taskRolePolicy: [{ Action: "s3:GetObject", Resource: "*" }],
      executionRolePolicy: [{ Action: "s3:GetObject", Resource: "*" }],
    },
    {
      ...admin,
      signIn: {
        oidc: {
          issuer: "https://octo.okta.com",
          authorizationEndpoint: "https://octo.okta.com/oauth2/v1/authorize",
          tokenEndpoint: "https://octo.okta.com/oauth2/v1/token",
          userInfoEndpoint: "https://octo.okta.com/oauth2/v1/userinfo",
          clientId: "0oa1",
          clientSecret: "arn:aws:secretsmanager:us-east-1:123456789012:secret:okta-AbCdEf",
        },
      },
    },
    {
      ...{ ...web, cpuArchitecture: "ARM64" },
      capacityProviderStrategies: [{ capacityProvider: "spot" }],
      volumes: [
        {
          ...{ name: "uploads", mountPath: "/uploads" },
          efs: { kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/uploads" },
        },
      ],
      signIn: { cognito: { domainPrefix: "shop" }, openPaths: ["/health"] },
    },
    {
      name: "jobs",
      worker: { queue: { kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/jobs" } },
      autoscaling: { minCapacity: 0, maxCapacity: 3, messagesPerTask: 10 },
    },
    { name: "mails", worker: {}, serviceConnect: {} },
  ],
};

const behindCloudFront: Config = {
  ...threeServices,
  "slipway:waf": { logging: {} },
  "slipway:cloudfront": {
    ...{ aliases: ["app.example.com", "admin.example.com"], zone: "example.com" },
    ...{ minimumProtocolVersion: "TLSv1.3_2025", priceClass: "PriceClass_100" },
  },
};

const inTheVpc: Config = {
  ...threeServices,
  "slipway:loadBalancer": {
    https: { domain: "app.example.com", zone: "example.com", alternativeNames: ["*.example.com"] },
    internal: true,
  },
  "slipway:clientVpn": {
    serverCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/server",
    authentication: { samlProviderArn: "arn:aws:iam::123456789012:saml-provider/okta" },
  },
  "slipway:cloudfront": {},
  "slipway:frontend": {
    ...{ buildCommand: "npm run build", outputDirectory: "dist" },
    apiPaths: ["/*"],
  },
};

const withPullRequests: Config = {
  ...threeServices,
  "slipway:github": { ...github, delivery: { type: "pull_request" } },
};

const { "slipway:github": _, ...withoutGitHub } = threeServices;
const pattern = { includes: ["main"], excludes: ["old"] };
const inPipelines: Config = {
  ...withoutGitHub,
  "slipway:notices": {},
  "slipway:services": [web],
  "slipway:release": {
    pipeline: "codepipeline",
    source: { type: "github", repository: "octo-org/octo-app" },
    triggers: {
      push: [{ branches: pattern, filePaths: pattern }, { tags: pattern }],
      pullRequest: [{ events: ["CLOSED"], branches: pattern, filePaths: pattern }],
    },
    approval: true,
  },
};

function withStrategy(strategy: Config): Config {
  return {
    ...threeServices,
    "slipway:github": { ...github, settings: "repository" },
    "slipway:services": [{ ...web, strategy }],
  };
}

/** The variables that a stack has kept from an earlier version. */
function oldVariables() {
  const args = {
    repository: { name: "octo-app" } as never,
    variables: { AWS_REGION: "eu-central-1" },
  };
  new ActionsSettings("repository", args);
  new ActionsSettings("environment", { ...args, environment: pulumi.output("dev") });
}

/** What awsx registers for the VPCs of the stacks. */
async function networks(resources: readonly Recorded[]): Promise<readonly Recorded[]> {
  const names = ["a", "b", "c"].map((zone) => `eu-central-1${zone}`);
  const zones = { "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({ names }) };
  const vpcs = resources.filter(({ type }) => type === Vpc.type);
  const runs = [];
  for (const { name, inputs } of vpcs) {
    runs.push(await run(() => new Vpc(name, inputs, {}).data, { calls: zones }));
  }
  return runs.flatMap((one) => one.resources);
}

/** Every resource that the stacks register, without the components. */
export async function recorded(): Promise<readonly Recorded[]> {
  const all = [
    ...stacks,
    ...strategies.map(([name, strategy]) => [name, withStrategy(strategy)] as const),
    ["options", { ...threeServices, ...options }] as const,
    ["delivery", withPullRequests] as const,
    ["cloudfront", behindCloudFront] as const,
    ["vpc-origin", inTheVpc] as const,
    ["pipeline", inPipelines] as const,
    ["own-name", { ...withStrategy({ type: "rolling" }), "slipway:cloudfront": {} }] as const,
  ];
  const resources: Recorded[] = [];
  for (const [name, config] of all) {
    // One after the other: a process has only one set of Pulumi's mocks.
    resources.push(...(await runStack(config, world, name.replace(" ", "-"))).resources);
  }
  resources.push(...(await run(oldVariables)).resources);
  resources.push(...(await networks(resources)));
  return resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
}

/** The paths of all properties with a value: `healthCheck.interval`, without the index in a list. */
export function paths(resources: readonly Recorded[]): ReadonlyMap<string, ReadonlySet<string>> {
  const types = new Map<string, Set<string>>();
  for (const { type, inputs } of resources) {
    const found = types.get(type) ?? new Set();
    types.set(type, found);
    for (const [name, value] of Object.entries(inputs)) {
      // Every type has them.
      if (name === "tags" || name === "region") continue;
      for (const path of inside(name, value)) found.add(path);
    }
  }
  return types;
}

function inside(path: string, value: unknown): string[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((member) => inside(path, member))];
  if (typeof value !== "object" || value === null) return [path];
  // A policy document is a string for the provider, and the keys of a map are no properties.
  if ("Statement" in value || /\.(configuration|dimensions|inputPaths|options)$/.test(path))
    return [path];
  const members = Object.entries(value).flatMap(([key, member]) =>
    inside(`${path}.${key}`, member),
  );
  return [path, ...members];
}
