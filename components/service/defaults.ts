/**
 * The default of every optional argument of a service. The argument's docstring gives the reason for its value. Only
 * `resolve.ts` fills them in. Elsewhere they are read where a default is named as such.
 */
export const serviceDefaults = {
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
  logRetentionInDays: 30,
  enableExecuteCommand: false,
  /** Contains `sh` and `nginx`. */
  placeholderImage: "public.ecr.aws/nginx/nginx:stable-alpine",
} as const;

export const capacityDefaults = { weight: 1, base: 0 } as const;

export const securityDefaults = { readonlyRootFilesystem: false } as const;

export const sidecarDefaults = { essential: true } as const;

export const healthCheckDefaults = {
  path: "/",
  matcher: "200-399",
  interval: 10,
  timeout: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
} as const;

export const autoscalingDefaults = {
  /** Percent; used if there is no other target and no scheduled action. */
  cpuUtilization: 60,
  scaleOutCooldown: 60,
  scaleInCooldown: 300,
  timezone: "UTC",
} as const;

export const strategyDefaults = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  circuitBreaker: { enable: true, rollback: true },
  bakeTimeInMinutes: 5,
  testPort: 8080,
  pauseTimeoutInMinutes: 60,
  pauseAction: "ROLLBACK",
  canaryPercent: 5,
  canaryBakeTimeInMinutes: 10,
  stepPercent: 10,
  stepBakeTimeInMinutes: 6,
  deploymentConfig: "CodeDeployDefault.ECSAllAtOnce",
  terminationWaitTimeInMinutes: 60,
  autoRollback: true,
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
  /** The scheduler's own defaults, 185 and a day, could run a nightly task at noon. */
  retryAttempts: 3,
  maximumEventAgeInSeconds: 3600,
} as const;

export const guardDefaults = {
  percent: 1,
  minimumErrors: 3,
  milliseconds: 5000,
  count: 1,
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

export const efsDefaults = {
  uid: 1000,
  gid: 1000,
  backups: true,
  deletionProtection: true,
} as const;
