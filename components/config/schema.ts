import type { Unwrap } from "@pulumi/pulumi";
import { z } from "zod";
import { priceClasses, securityPolicies } from "../cloudfront/settings";
import { computeTypes, pullRequestEvents } from "../codepipeline/settings";
import { linuxCapabilities } from "../service/container/security";
import {
  appSpecHooks,
  lifecycleStages,
  predefinedConfigs,
  strategyNames,
} from "../service/strategy/settings";
import { managedRuleGroupNames } from "../waf/settings";
import type { Differences, Immutable, StackArguments, Tied, Within } from "./tied";

/**
 * The schema of a stack's configuration: keys and types. The components' arguments document meaning, default and bounds of a
 * value, and the components check the bounds after parsing.
 */

const strings = z.array(z.string());
const stringByName = z.record(z.string(), z.string());

const network = z.union([
  z.strictObject({ vpcId: z.string(), publicSubnetIds: strings, privateSubnetIds: strings }),
  z.strictObject({
    cidrBlock: z.string().optional(),
    availabilityZones: z.number().optional(),
    natGateways: z.enum(["none", "single", "one-per-az"]).optional(),
    vpcEndpoints: strings.optional(),
    flowLogs: z
      .union([
        z.boolean(),
        z.strictObject({
          trafficType: z.enum(["ACCEPT", "REJECT", "ALL"]).optional(),
          retentionInDays: z.number().optional(),
          kmsKeyArn: z.string().optional(),
          bucketArn: z.string().optional(),
        }),
      ])
      .optional(),
  }),
]);

const existing = z.strictObject({ existing: z.string() });

const cluster = z.union([
  existing,
  z.strictObject({
    containerInsights: z.enum(["enhanced", "enabled", "disabled"]).optional(),
    capacityProviders: z
      .array(
        z.strictObject({
          name: z.string(),
          instanceTypes: strings,
          spot: z.boolean().optional(),
          minSize: z.number().optional(),
          maxSize: z.number(),
          targetCapacity: z.number().optional(),
          maxInstanceLifetimeInDays: z.number().optional(),
          volumeSize: z.number().optional(),
          sessionManager: z.boolean().optional(),
        }),
      )
      .optional(),
  }),
]);

const tls = { sslPolicy: z.string().optional() };

const newLoadBalancer = z.strictObject({
  https: z
    .union([
      z.strictObject({ certificateArn: z.string(), ...tls }),
      z.strictObject({
        ...tls,
        domain: z.string(),
        zone: z.string(),
        alternativeNames: strings.optional(),
      }),
    ])
    .optional(),
  internal: z.boolean().optional(),
  outboundHttps: z.boolean().optional(),
  allowedCidrBlocks: strings.optional(),
  allowedTestCidrBlocks: strings.optional(),
  deletionProtection: z.boolean().optional(),
  accessLogs: z
    .union([
      z.boolean(),
      z.strictObject({ existing: z.string(), prefix: z.string().optional() }),
      z.strictObject({ retentionInDays: z.number().optional() }),
    ])
    .optional(),
  testPorts: z.array(z.number()).optional(),
});

const loadBalancer = z.union([
  z.strictObject({
    existing: z.strictObject({
      listenerArn: z.string(),
      testListenerArn: z.string().optional(),
      domain: z.string().optional(),
    }),
    deletionProtection: z.boolean().optional(),
  }),
  newLoadBalancer,
]);

const shared = z.strictObject({
  stack: z.string(),
  deletionProtection: z.boolean().optional(),
});

const trigger = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("push"), branch: z.string() }),
  z.strictObject({ type: z.literal("tag"), pattern: z.string() }),
  z.strictObject({ type: z.literal("pull_request"), branch: z.string() }),
  z.strictObject({ type: z.literal("workflow_dispatch"), branch: z.string() }),
  z.strictObject({ type: z.literal("workflow_call"), branch: z.string() }),
  z.strictObject({ type: z.literal("workflow_run"), workflow: z.string(), branch: z.string() }),
  z.strictObject({ type: z.literal("schedule"), cron: z.string() }),
]);

const environment = z.strictObject({
  reviewers: z
    .strictObject({ users: z.array(z.number()).optional(), teams: z.array(z.number()).optional() })
    .optional(),
  waitTimer: z.number().optional(),
  preventSelfReview: z.boolean().optional(),
  canAdminsBypass: z.boolean().optional(),
});

const commits = {
  author: z.strictObject({ name: z.string(), email: z.string() }).optional(),
  message: z.string().optional(),
};

const github = z.strictObject({
  repository: z.string().optional(),
  trigger: z.union([trigger, z.array(trigger)]).optional(),
  settings: z.enum(["environment", "repository"]).optional(),
  workflow: z.enum(["create", "overwrite"]).optional(),
  identityProvider: z.enum(["create", "adopt"]).optional(),
  promote: z.strictObject({ from: z.string() }).optional(),
  environment: z.union([z.literal("adopt"), environment]).optional(),
  oldSettings: z.enum(["keep", "remove"]).optional(),
  notify: z
    .strictObject({
      type: z.literal("slack"),
      when: z.enum(["failure", "always"]).optional(),
      secret: z.string().optional(),
    })
    .optional(),
  delivery: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("commit"), ...commits }),
      z.strictObject({
        type: z.literal("pull_request"),
        ...commits,
        branchPrefix: z.string().optional(),
      }),
    ])
    .optional(),
});

const testListener = z.strictObject({ port: z.number().optional() });

const circuitBreaker = z.strictObject({ enable: z.boolean(), rollback: z.boolean() });

/** The common options of the three strategies for which ECS itself shifts traffic. */
const shift = {
  bakeTimeInMinutes: z.number().optional(),
  testListener: testListener.optional(),
  hooks: z
    .partialRecord(
      z.enum(lifecycleStages),
      z.union([
        z.string(),
        z.strictObject({
          type: z.literal("pause"),
          timeoutInMinutes: z.number().optional(),
          action: z.enum(["CONTINUE", "ROLLBACK"]).optional(),
        }),
      ]),
    )
    .optional(),
  circuitBreaker: circuitBreaker.optional(),
  alarms: strings.optional(),
};

const strategies = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("rolling"),
    minimumHealthyPercent: z.number().optional(),
    maximumPercent: z.number().optional(),
    circuitBreaker: circuitBreaker.optional(),
    alarms: strings.optional(),
  }),
  z.strictObject({ type: z.literal("blue-green"), ...shift }),
  z.strictObject({
    type: z.literal("canary"),
    ...shift,
    canaryPercent: z.number().optional(),
    canaryBakeTimeInMinutes: z.number().optional(),
  }),
  z.strictObject({
    type: z.literal("linear"),
    ...shift,
    stepPercent: z.number().optional(),
    stepBakeTimeInMinutes: z.number().optional(),
  }),
  z.strictObject({
    type: z.literal("code-deploy"),
    deploymentConfig: z
      .union([
        z.enum(predefinedConfigs),
        z.strictObject({
          type: z.enum(["TimeBasedCanary", "TimeBasedLinear"]),
          percentage: z.number(),
          interval: z.number(),
        }),
      ])
      .optional(),
    terminationWaitTimeInMinutes: z.number().optional(),
    approvalWaitTimeInMinutes: z.number().optional(),
    testListener: testListener.optional(),
    hooks: z.partialRecord(z.enum(appSpecHooks), z.string()).optional(),
    alarms: strings.optional(),
    autoRollback: z.boolean().optional(),
  }),
]);

const strategy = z.union([z.enum(strategyNames), strategies]);

const autoscaling = z.strictObject({
  minCapacity: z.number(),
  maxCapacity: z.number(),
  cpuUtilization: z.number().optional(),
  memoryUtilization: z.number().optional(),
  requestCountPerTarget: z.number().optional(),
  messagesPerTask: z.number().optional(),
  scaleOutCooldown: z.number().optional(),
  scaleInCooldown: z.number().optional(),
  scheduledActions: z
    .array(
      z.strictObject({
        name: z.string(),
        schedule: z.string(),
        timezone: z.string().optional(),
        minCapacity: z.number().optional(),
        maxCapacity: z.number().optional(),
      }),
    )
    .optional(),
});

const security = {
  readonlyRootFilesystem: z.boolean().optional(),
  writablePaths: strings.optional(),
  user: z.string().optional(),
  capabilities: z
    .strictObject({
      drop: z.array(z.enum(linuxCapabilities)).optional(),
      add: z.array(z.literal("SYS_PTRACE")).optional(),
    })
    .optional(),
};

const sidecar = z.strictObject({
  name: z.string(),
  image: z.string(),
  essential: z.boolean().optional(),
  cpu: z.number().optional(),
  memoryReservation: z.number().optional(),
  command: strings.optional(),
  entryPoint: strings.optional(),
  environment: stringByName.optional(),
  secrets: stringByName.optional(),
  dependsOn: z
    .array(
      z.strictObject({
        containerName: z.string(),
        condition: z.enum(["START", "COMPLETE", "SUCCESS", "HEALTHY"]),
      }),
    )
    .optional(),
  healthCheck: z
    .strictObject({
      command: strings,
      interval: z.number().optional(),
      timeout: z.number().optional(),
      retries: z.number().optional(),
      startPeriod: z.number().optional(),
    })
    .optional(),
  ...security,
});

const stringOrStrings = z.union([z.string(), strings]);

const policy = z.array(
  z.strictObject({
    Effect: z.enum(["Allow", "Deny"]).optional(),
    Action: stringOrStrings,
    Resource: stringOrStrings,
    Condition: z.record(z.string(), z.record(z.string(), stringOrStrings)).optional(),
  }),
);

const off = z.literal(false);

const guards = z.union([
  off,
  z.strictObject({
    errors: z
      .union([
        off,
        z.strictObject({ percent: z.number().optional(), minimumErrors: z.number().optional() }),
      ])
      .optional(),
    latency: z.union([off, z.strictObject({ milliseconds: z.number().optional() })]).optional(),
    unhealthyHosts: z.union([off, z.strictObject({ count: z.number().optional() })]).optional(),
    exits: z.union([off, z.strictObject({ count: z.number().optional() })]).optional(),
  }),
]);

const migration = z.strictObject({
  command: strings,
  cpu: z.number().optional(),
  memory: z.number().optional(),
  timeoutMinutes: z.number().optional(),
});
const signInOptions = {
  openPaths: strings.optional(),
  onUnauthenticatedRequest: z.enum(["authenticate", "deny", "allow"]).optional(),
  scope: z.string().optional(),
  sessionCookieName: z.string().optional(),
  sessionTimeout: z.number().optional(),
};

const signIn = z.union([
  z.strictObject({
    cognito: z.union([
      z.strictObject({
        domainPrefix: z.string(),
        domains: strings.optional(),
        selfSignUp: z.boolean().optional(),
        mfa: z.enum(["off", "optional", "required"]).optional(),
        deletionProtection: z.boolean().optional(),
      }),
      z.strictObject({
        existing: z.strictObject({
          userPoolArn: z.string(),
          userPoolClientId: z.string(),
          userPoolDomain: z.string(),
        }),
      }),
    ]),
    ...signInOptions,
  }),
  z.strictObject({
    oidc: z.strictObject({
      issuer: z.string(),
      authorizationEndpoint: z.string(),
      tokenEndpoint: z.string(),
      userInfoEndpoint: z.string(),
      clientId: z.string(),
      clientSecret: z.string(),
    }),
    ...signInOptions,
  }),
]);

const efsUser = { uid: z.number().optional(), gid: z.number().optional() };

const volume = z.strictObject({
  name: z.string(),
  mountPath: z.string(),
  readOnly: z.boolean().optional(),
  efs: z.union([
    z.strictObject({
      kmsKeyArn: z.string().optional(),
      backups: z.boolean().optional(),
      deletionProtection: z.boolean().optional(),
      ...efsUser,
    }),
    z.strictObject({ existing: z.string(), securityGroupId: z.string(), ...efsUser }),
  ]),
});

const scheduledTask = z.strictObject({
  schedule: z.string(),
  command: strings,
  timezone: z.string().optional(),
  enabled: z.boolean().optional(),
  cpu: z.number().optional(),
  memory: z.number().optional(),
  retryAttempts: z.number().optional(),
  maximumEventAgeInSeconds: z.number().optional(),
  deadLetterQueueArn: z.string().optional(),
});

const worker = z.strictObject({
  queue: z
    .union([
      z.strictObject({
        visibilityTimeoutSeconds: z.number().optional(),
        maxReceiveCount: z.number().optional(),
        messageRetentionSeconds: z.number().optional(),
        kmsKeyArn: z.string().optional(),
      }),
      z.strictObject({ existing: z.string() }),
    ])
    .optional(),
});

const serviceConnect = z.strictObject({
  dnsName: z.string().optional(),
  port: z.number().optional(),
  perRequestTimeoutSeconds: z.number().optional(),
});

const service = z.strictObject({
  name: z.string(),
  port: z.number().optional(),
  worker: worker.optional(),
  repository: z.string().optional(),
  build: z
    .strictObject({
      context: z.string().optional(),
      dockerfile: z.string().optional(),
      target: z.string().optional(),
      args: stringByName.optional(),
      secrets: stringByName.optional(),
      runsOn: z.string().optional(),
      platforms: strings.optional(),
      buildspec: z.string().optional(),
      cache: z.enum(["github", "registry", "none"]).optional(),
      provenance: z.enum(["min", "max"]).optional(),
      sbom: z.boolean().optional(),
      paths: strings.optional(),
    })
    .optional(),
  test: z
    .union([z.strictObject({ run: z.string() }), z.strictObject({ workflow: z.string() })])
    .optional(),
  imageRepository: z
    .union([
      existing,
      z.strictObject({
        keepReleases: z.number().optional(),
        forceDelete: z.boolean().optional(),
        kmsKeyArn: z.string().optional(),
        pullAccounts: strings.optional(),
      }),
    ])
    .optional(),
  cpu: z.number().optional(),
  memory: z.number().optional(),
  ephemeralStorage: z.number().optional(),
  cpuArchitecture: z.enum(["X86_64", "ARM64"]).optional(),
  desiredCount: z.number().optional(),
  autoscaling: autoscaling.optional(),
  capacityProviderStrategies: z
    .array(
      z.strictObject({
        capacityProvider: z.string(),
        weight: z.number().optional(),
        base: z.number().optional(),
      }),
    )
    .optional(),
  command: strings.optional(),
  environment: stringByName.optional(),
  secrets: stringByName.optional(),
  database: z.boolean().optional(),
  sidecars: z.array(sidecar).optional(),
  volumes: z.array(volume).optional(),
  scheduledTasks: z.record(z.string(), scheduledTask).optional(),
  rule: z
    .strictObject({
      pathPatterns: strings.optional(),
      hostHeaders: strings.optional(),
      priority: z.number().optional(),
    })
    .optional(),
  signIn: signIn.optional(),
  serviceConnect: serviceConnect.optional(),
  healthCheck: z
    .strictObject({
      path: z.string().optional(),
      matcher: z.string().optional(),
      interval: z.number().optional(),
      timeout: z.number().optional(),
      healthyThreshold: z.number().optional(),
      unhealthyThreshold: z.number().optional(),
    })
    .optional(),
  healthCheckGracePeriodSeconds: z.number().optional(),
  deregistrationDelay: z.number().optional(),
  stopTimeout: z.number().optional(),
  strategy: strategy.optional(),
  guards: guards.optional(),
  migration: migration.optional(),
  logRetentionInDays: z.number().optional(),
  logKmsKeyArn: z.string().optional(),
  logGroup: existing.optional(),
  enableExecuteCommand: z.boolean().optional(),
  ...security,
  taskRolePolicy: policy.optional(),
  executionRolePolicy: policy.optional(),
  placeholderImage: z.string().optional(),
});

const previews = z.strictObject({
  repository: z.string().optional(),
  baseBranch: z.string().optional(),
  backend: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("pulumi-cloud"),
      organization: z.string(),
      previewTeam: z.string().optional(),
    }),
    z.strictObject({ type: z.literal("s3"), url: z.string(), kmsKey: z.string() }),
  ]),
  stacks: z.array(
    z.strictObject({
      name: z.string(),
      role: z.string().optional(),
      policy: policy.optional(),
      update: z
        .strictObject({
          role: z.union([
            z.string(),
            z.strictObject({ policies: strings, permissionsBoundary: z.string().optional() }),
          ]),
          environment: environment.optional(),
        })
        .optional(),
    }),
  ),
  previewToken: z.string().optional(),
  updateToken: z.string().optional(),
  settings: z.enum(["environment", "repository"]).optional(),
  workflow: z.enum(["create", "overwrite"]).optional(),
});

const notices = z.strictObject({
  emails: strings.optional(),
  slack: z.strictObject({ workspaceId: z.string(), channelId: z.string() }).optional(),
  topic: existing.optional(),
  kmsKeyArn: z.string().optional(),
});

const waf = z.strictObject({
  mode: z.enum(["count", "block"]).optional(),
  managedRuleGroups: z
    .array(z.strictObject({ name: z.enum(managedRuleGroupNames), countRules: strings.optional() }))
    .optional(),
  rateLimit: z
    .union([
      off,
      z.strictObject({ limit: z.number().optional(), evaluationWindowSec: z.number().optional() }),
    ])
    .optional(),
  allowedCountries: strings.optional(),
  blockedCountries: strings.optional(),
  logging: z
    .strictObject({ retentionInDays: z.number().optional(), kmsKeyArn: z.string().optional() })
    .optional(),
});

const cloudfront = z.strictObject({
  aliases: strings.optional(),
  zone: z.string().optional(),
  certificateArn: z.string().optional(),
  minimumProtocolVersion: z.enum(securityPolicies).optional(),
  priceClass: z.enum(priceClasses).optional(),
  originReadTimeout: z.number().optional(),
  securityHeaders: z.boolean().optional(),
});

const frontend = z.strictObject({
  buildCommand: z.string(),
  outputDirectory: z.string(),
  repository: z.string().optional(),
  nodeVersion: z.string().optional(),
  runsOn: z.string().optional(),
  paths: strings.optional(),
  apiPaths: strings.optional(),
  singlePage: z.boolean().optional(),
  immutablePaths: strings.optional(),
});

const database = z.strictObject({
  engine: z.enum(["aurora-postgresql", "aurora-mysql"]),
  engineVersion: z.string(),
  allowMajorVersionUpgrade: z.boolean().optional(),
  serverless: z
    .strictObject({
      minCapacity: z.number(),
      maxCapacity: z.number(),
      secondsUntilAutoPause: z.number().optional(),
    })
    .optional(),
  instanceClass: z.string().optional(),
  readers: z.number().optional(),
  readerAutoscaling: z
    .strictObject({ maxCapacity: z.number(), cpuUtilization: z.number().optional() })
    .optional(),
  databaseName: z.string().optional(),
  backupRetentionInDays: z.number().optional(),
  deletionProtection: z.boolean().optional(),
  skipFinalSnapshot: z.boolean().optional(),
  snapshotIdentifier: z.string().optional(),
  kmsKeyArn: z.string().optional(),
  iamDatabaseAuthenticationEnabled: z.boolean().optional(),
  logRetentionInDays: z.number().optional(),
});

const clientVpn = z.strictObject({
  serverCertificateArn: z.string(),
  authentication: z.union([
    z.strictObject({ clientRootCertificateChainArn: z.string() }),
    z.strictObject({ samlProviderArn: z.string() }),
  ]),
  clientCidrBlock: z.string().optional(),
  targetNetworks: z.number().optional(),
  transportProtocol: z.enum(["udp", "tcp"]).optional(),
  sessionTimeoutHours: z.number().optional(),
  database: z.boolean().optional(),
  logRetentionInDays: z.number().optional(),
  kmsKeyArn: z.string().optional(),
});

const patterns = z.strictObject({ includes: strings.optional(), excludes: strings.optional() });

const release = z.strictObject({
  pipeline: z.literal("codepipeline"),
  source: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.enum(["github", "gitlab", "bitbucket"]),
      repository: z.string(),
      branch: z.string().optional(),
      connectionArn: z.string().optional(),
    }),
    z.strictObject({
      type: z.literal("codecommit"),
      repository: z.string(),
      branch: z.string().optional(),
    }),
  ]),
  triggers: z
    .strictObject({
      push: z
        .array(
          z.strictObject({
            branches: patterns.optional(),
            filePaths: patterns.optional(),
            tags: patterns.optional(),
          }),
        )
        .optional(),
      pullRequest: z
        .array(
          z.strictObject({
            events: z.array(z.enum(pullRequestEvents)).optional(),
            branches: patterns,
            filePaths: patterns.optional(),
          }),
        )
        .optional(),
    })
    .optional(),
  promote: z.strictObject({ from: z.string() }).optional(),
  approval: z.boolean().optional(),
  computeType: z.enum(computeTypes).optional(),
  artifactRetentionInDays: z.number().optional(),
  logRetentionInDays: z.number().optional(),
  forceDestroy: z.boolean().optional(),
});

export const stackConfig = z.strictObject({
  shared: shared.optional(),
  network: network.optional(),
  cluster: cluster.optional(),
  loadBalancer: loadBalancer.optional(),
  waf: waf.optional(),
  cloudfront: cloudfront.optional(),
  frontend: frontend.optional(),
  notices: notices.optional(),
  database: database.optional(),
  clientVpn: clientVpn.optional(),
  dashboard: z
    .strictObject({
      grafana: z
        .strictObject({ authenticationProviders: z.array(z.enum(["AWS_SSO", "SAML"])).optional() })
        .optional(),
    })
    .optional(),
  github: github.optional(),
  release: release.optional(),
  services: z.array(service).optional(),
  previews: previews.optional(),
  permissionsBoundary: z.string().optional(),
  /** Set after a `pulumi import`: see `components/shared/keep-names.ts`. */
  keepNames: z.boolean().optional(),
  /** Encrypted, as the only value in the file. */
  slackWebhook: z.string().optional(),
});

type Parsed = z.infer<typeof stackConfig>;

/** Does not compile if an argument has no key in the stack file, or if a key has no argument. */
type Keys = Tied<StackArguments, Differences<Parsed, StackArguments>>;

/** A checked configuration. A stack without services has what other stacks share, and needs no repository. */
export interface StackConfig extends Within<Immutable<Parsed>, Unwrap<Keys>> {}
export type ServiceConfig = StackConfig["services"][number];
