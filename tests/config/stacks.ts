import { stackConfig } from "../harness";

type Config = Readonly<Record<string, unknown>>;

/**
 * Three services: two in one repository, one in its own. One gets requests by path, one by host, and one all others. One of
 * them has all settings.
 */
export const threeServices: Config = {
  ...stackConfig("Pulumi.dev.yaml"),
  "slipway:services": [
    {
      name: "api",
      port: 8000,
      rule: { pathPatterns: ["/api/*"] },
      cpu: 1024,
      memory: 2048,
      cpuArchitecture: "ARM64",
      ephemeralStorage: 30,
      autoscaling: { minCapacity: 1, maxCapacity: 3, requestCountPerTarget: 500 },
      enableExecuteCommand: true,
      secrets: { KEY: "/team/key" },
      sidecars: [{ name: "agent", image: "public.ecr.aws/agent/agent:1" }],
      build: { context: "services/api", paths: ["services/api/**"] },
    },
    {
      name: "admin",
      port: 3000,
      rule: { hostHeaders: ["admin.example.com"] },
      repository: "octo-org/octo-admin",
    },
    { name: "web", port: 8080 },
  ],
};

const prod = stackConfig("Pulumi.prod.yaml");

const ofStack =
  (settings: Config) =>
  (config: Config): Config => ({ ...config, ...settings });
const ofLoadBalancer = (settings: Config) => (config: Config) =>
  ofStack({
    "slipway:loadBalancer": { ...(config["slipway:loadBalancer"] as Config), ...settings },
  })(config);
const ofServiceAt =
  (index: number) =>
  (settings: Config) =>
  (config: Config): Config => {
    const services = config["slipway:services"] as Config[];
    const edited = services.map((one, i) => (i === index ? { ...one, ...settings } : one));
    return { ...config, "slipway:services": edited };
  };
const ofService = ofServiceAt(0);
const ofBatch = ofServiceAt(1);
const ofJobs = ofServiceAt(2);

/** The parts around a production service: for each, an edit of a stack file that turns it on. */
export const parts: Readonly<Record<string, (config: Config) => Config>> = {
  "access logs": ofLoadBalancer({ accessLogs: true }),
  "flow logs": ofStack({
    "slipway:network": { availabilityZones: 3, natGateways: "one-per-az", flowLogs: true },
  }),
  notices: ofStack({
    "slipway:notices": {
      emails: ["operations@example.com"],
      slack: { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" },
      kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d",
    },
  }),
  dashboard: ofStack({ "slipway:dashboard": { grafana: {} } }),
  firewall: ofStack({
    "slipway:waf": { mode: "block", blockedCountries: ["KP"], logging: {} },
  }),
  "CloudFront with a site": ofStack({
    "slipway:cloudfront": {},
    "slipway:frontend": {
      buildCommand: "npm ci && npm run build",
      outputDirectory: "dist",
      apiPaths: ["/api/*", "/oauth2/idpresponse"],
    },
  }),
  database: (config) =>
    ofService({ database: true })({
      ...config,
      "slipway:database": {
        ...{ engine: "aurora-postgresql", engineVersion: "17", readers: 1 },
        iamDatabaseAuthenticationEnabled: true,
      },
    }),
  "client VPN": (config) => ({
    ...config,
    "slipway:clientVpn": {
      serverCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d",
      authentication: { samlProviderArn: "arn:aws:iam::123456789012:saml-provider/okta" },
      database: "slipway:database" in config,
    },
  }),
  canary: ofService({ strategy: { type: "canary", testListener: {} } }),
  autoscaling: ofService({ autoscaling: { minCapacity: 2, maxCapacity: 10, cpuUtilization: 60 } }),
  "hardened container": ofService({
    ...{ readonlyRootFilesystem: true, writablePaths: ["/tmp"], user: "1000" },
    capabilities: { drop: ["ALL"] },
  }),
  volumes: ofService({ volumes: [{ name: "uploads", mountPath: "/uploads", efs: {} }] }),
  migration: ofService({ migration: { command: ["migrate"] } }),
  "scheduled tasks": ofService({
    scheduledTasks: { nightly: { schedule: "cron(0 3 * * ? *)", command: ["report"] } },
  }),
  "sign-in": ofBatch({
    signIn: { cognito: { domainPrefix: "shop" }, openPaths: ["/api/batch/health"] },
  }),
  "Service Connect": (config) =>
    [ofService, ofBatch, ofJobs].reduce((edited, of) => of({ serviceConnect: {} })(edited), config),
  "EC2 capacity": (config) =>
    ofBatch({ capacityProviderStrategies: [{ capacityProvider: "arm" }] })({
      ...config,
      "slipway:cluster": {
        capacityProviders: [{ name: "arm", instanceTypes: ["m7g.large"], maxSize: 4 }],
      },
    }),
};

const withParts = (config: Config, names: readonly string[]): Config =>
  names.reduce((edited, name) => parts[name]?.(edited) ?? edited, config);

const [service] = prod["slipway:services"] as [Config];
/** A second service on EC2: the service of the stack file is on Fargate. */
const batch = {
  ...{ name: "batch", port: 8000, rule: { pathPatterns: ["/api/batch/*"] } },
  cpuArchitecture: "ARM64",
};

const worker = {
  ...{ name: "jobs", cpu: 256, memory: 512, worker: {} },
  autoscaling: { minCapacity: 0, maxCapacity: 5, messagesPerTask: 10 },
};

/** The prod stack with every part on. */
export const everything = withParts(
  { ...prod, "slipway:services": [service, batch, worker] },
  Object.keys(parts),
);

const {
  "slipway:github": _github,
  "slipway:frontend": _frontend,
  ...withoutGitHub
} = everything as Config & Record<"slipway:github" | "slipway:frontend", unknown>;

/** The same, released by CodePipeline: it has no site. */
export const inPipeline: Config = {
  ...withoutGitHub,
  "slipway:release": {
    pipeline: "codepipeline",
    source: { type: "github", repository: "octo-org/octo-app" },
    approval: true,
  },
};

const { accessLogs, ...loadBalancer } = prod["slipway:loadBalancer"] as Config;
const { autoscaling, ...fixed } = service;

/** The prod stack with only these parts. */
export const only = (...names: readonly string[]): Config =>
  withParts(
    {
      ...prod,
      "slipway:network": { availabilityZones: 3, natGateways: "one-per-az" },
      "slipway:loadBalancer": loadBalancer,
      "slipway:services": [fixed, batch, worker],
    },
    names,
  );

export const stacks: readonly (readonly [string, Config])[] = [
  ["dev", stackConfig("Pulumi.dev.yaml")],
  ["prod", stackConfig("Pulumi.prod.yaml")],
  ["three", threeServices],
];
