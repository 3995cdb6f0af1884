import { stackConfig } from "../harness";

/**
 * Three services: two in one repository, one in its own; by path and host, and the rest. One of them with all that
 * can be asked for.
 */
export const threeServices: Readonly<Record<string, unknown>> = {
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
const [service] = prod["slipway:services"] as [Readonly<Record<string, unknown>>];

/** The prod stack with every part on. */
export const everything: Readonly<Record<string, unknown>> = {
  ...prod,
  "slipway:notices": {
    emails: ["operations@example.com"],
    slack: { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" },
    kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d",
  },
  "slipway:dashboard": { grafana: {} },
  "slipway:waf": { mode: "block", blockedCountries: ["KP"], logging: {} },
  "slipway:database": {
    ...{ engine: "aurora-postgresql", engineVersion: "17", readers: 1 },
    iamDatabaseAuthenticationEnabled: true,
  },
  "slipway:services": [
    {
      ...service,
      ...{ database: true, strategy: { type: "canary", testListener: {} } },
      autoscaling: { minCapacity: 2, maxCapacity: 10, cpuUtilization: 60 },
      ...{ readonlyRootFilesystem: true, writablePaths: ["/tmp"], user: "1000" },
      capabilities: { drop: ["ALL"] },
      migration: { command: ["migrate"] },
      scheduledTasks: { nightly: { schedule: "cron(0 3 * * ? *)", command: ["report"] } },
    },
    {
      ...{ name: "jobs", cpu: 256, memory: 512, worker: {} },
      autoscaling: { minCapacity: 0, maxCapacity: 5, messagesPerTask: 10 },
      ...{ readonlyRootFilesystem: true, writablePaths: ["/tmp"], user: "1000" },
      capabilities: { drop: ["ALL"] },
    },
  ],
};

export const stacks: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["dev", stackConfig("Pulumi.dev.yaml")],
  ["prod", stackConfig("Pulumi.prod.yaml")],
  ["three", threeServices],
];
