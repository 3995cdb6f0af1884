/**
 * The default of every optional argument of a service. The argument's docstring gives the reason for its value. Only
 * functions called `resolve…` fill them in. Other code reads them only to name a default.
 */

/** The defaults of the settings that affect a deployment. */
export const deploymentDefaults = {
  cpu: 256,
  memory: 512,
  /** GiB that Fargate gives without charge. */
  ephemeralStorage: 20,
  cpuArchitecture: "X86_64",
  desiredCount: 1,
  capacityProviderStrategies: [{ capacityProvider: "FARGATE" }],
  deregistrationDelay: 20,
  healthCheckGracePeriodSeconds: 60,
  stopTimeout: 20,
  strategy: "rolling",
} as const;

/** The defaults of a service's other settings. */
export const serviceDefaults = {
  logRetentionInDays: 30,
  enableExecuteCommand: false,
  taskRolePolicy: [],
  executionRolePolicy: [],
  /** Contains `sh` and `nginx`. */
  placeholderImage: "public.ecr.aws/nginx/nginx:stable-alpine",
} as const;

export const capacityDefaults = { weight: 1, base: 0 } as const;

export const securityDefaults = { readonlyRootFilesystem: false } as const;

export const sidecarDefaults = { essential: true, environment: {}, secrets: {} } as const;

export const healthCheckDefaults = {
  path: "/",
  matcher: "200-399",
  interval: 10,
  timeout: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
} as const;

/** Percent; used if there is no other target and no scheduled action. */
export const defaultCpuUtilization = 60;

export const autoscalingDefaults = { scaleOutCooldown: 60, scaleInCooldown: 300 } as const;

export const scheduledActionDefaults = { timezone: "UTC" } as const;

export const strategyDefaults = {
  rolling: { minimumHealthyPercent: 100, maximumPercent: 200 },
  canary: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
  linear: { stepPercent: 10, stepBakeTimeInMinutes: 6 },
  codeDeploy: {
    deploymentConfig: "CodeDeployDefault.ECSAllAtOnce",
    terminationWaitTimeInMinutes: 60,
    hooks: {},
    alarms: [],
    autoRollback: true,
  },
  /** Of the strategies whose traffic ECS shifts. */
  shift: { bakeTimeInMinutes: 5 },
  /** Of the strategies that ECS deploys. */
  failure: { circuitBreaker: { enable: true, rollback: true }, alarms: [] },
  testListener: { port: 8080 },
  pause: { timeoutInMinutes: 60, action: "ROLLBACK" },
} as const;

export const migrationDefaults = { timeoutMinutes: 15 } as const;

export const queueDefaults = {
  visibilityTimeoutSeconds: 120,
  maxReceiveCount: 3,
  messageRetentionSeconds: 345600,
} as const;

export const scheduledTaskDefaults = {
  timezone: "UTC",
  enabled: true,
  /** With the scheduler's own defaults (185 retries within a day), a nightly task could run at noon. */
  retryAttempts: 3,
  maximumEventAgeInSeconds: 3600,
} as const;

export const guardDefaults = {
  errors: { percent: 1, minimumErrors: 3 },
  latency: { milliseconds: 5000 },
  unhealthyHosts: { count: 1 },
} as const;

export const signInDefaults = {
  onUnauthenticatedRequest: "authenticate",
  scope: "openid email",
  sessionCookieName: "AWSELBAuthSessionCookie",
  sessionTimeout: 43200,
} as const;

export const cognitoDefaults = {
  selfSignUp: false,
  mfa: "optional",
  deletionProtection: true,
} as const;

/** ECS's own. */
export const serviceConnectDefaults = { perRequestTimeoutSeconds: 15 } as const;

export const efsUserDefaults = { uid: 1000, gid: 1000 } as const;

export const efsDefaults = { backups: true, deletionProtection: true } as const;
