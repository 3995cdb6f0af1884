import {
  type FrontendWorkflowArgs,
  renderFrontendWorkflow,
} from "../../../../components/github/frontend/render";
import {
  type PreviewFilesArgs,
  renderWorkflow,
  roleSecretName,
  type WorkflowArgs,
  type WorkflowNames,
} from "../../../../components/index";

export const base = (stack: string, scope: "environment" | "repository") => ({
  service: "api",
  project: "slipway",
  stack,
  trigger: { type: "push", branch: "main" } as const,
  environment: scope === "environment" ? stack : undefined,
  roleSecret: roleSecretName("api", { stack, scope }),
  names: {
    region: "eu-central-1",
    cluster: stack,
    imageRepository: "api",
    service: "api",
    taskDefinition: `slipway-${stack}-api`,
    releasePointer: `/slipway/slipway/${stack}/api/image`,
    releaseRecord: `/slipway/slipway/${stack}/api/release`,
    url: `http://${stack}.elb.amazonaws.com`,
  },
  build: {},
  cpuArchitecture: "X86_64" as const,
  timeouts: { waitForMinutes: 25, timeoutMinutes: 50 },
});

/** The workflows that are looked at as whole files, and by every linter. */
export const workflows: Readonly<Record<string, WorkflowArgs>> = {
  "deploy-api-dev.yml": base("dev", "environment"),
  "deploy-api-prod-repository.yml": {
    ...base("prod", "repository"),
    trigger: { type: "push", branch: "release" },
    timeouts: { waitForMinutes: 45, timeoutMinutes: 70 },
  },
  "deploy-api-prod-tag.yml": {
    ...base("prod", "environment"),
    trigger: { type: "tag", pattern: "v*" },
  },
  "deploy-api-dev-pull-request.yml": {
    ...base("dev", "repository"),
    trigger: { type: "pull_request", branch: "release" },
    build: { paths: ["services/api/**"] },
  },
  "deploy-api-dev-several.yml": {
    ...base("dev", "repository"),
    trigger: [
      { type: "push", branch: "integration" },
      { type: "tag", pattern: "v*" },
      { type: "workflow_run", workflow: "The team's tests", branch: "main" },
      { type: "workflow_call", branch: "main" },
      { type: "schedule", cron: "0 6 * * 1-5" },
    ],
    build: { runsOn: "ubuntu-22.04" },
  },
  "deploy-api-dev-delivered.yml": {
    ...base("dev", "environment"),
    names: {
      variable: "SLIPWAY_API",
      keys: Object.keys(base("dev", "environment").names) as (keyof WorkflowNames)[],
    },
  },
  "deploy-api-dev-notify.yml": {
    ...base("dev", "environment"),
    notify: { when: "always", secret: "SLIPWAY_SLACK_WEBHOOK", expectedSeconds: 100 },
  },
  "deploy-api-dev-arm64.yml": {
    ...base("dev", "environment"),
    build: {
      context: "services/api",
      dockerfile: "services/api/docker/Dockerfile.prod",
      target: "runtime",
      args: { NODE_VERSION: "22", GREETING: "hello, world" },
      secrets: { npm_token: "NPM_TOKEN" },
      paths: ["services/api/**", "package-lock.json"],
    },
    cpuArchitecture: "ARM64",
  },
  "deploy-api-dev-tested.yml": {
    ...base("dev", "environment"),
    trigger: [
      { type: "pull_request", branch: "main" },
      { type: "workflow_run", workflow: "Lint", branch: "main" },
    ],
    test: { run: "npm ci\nnpm test" },
    build: {
      platforms: ["linux/amd64", "linux/arm64"],
      cache: "registry",
      provenance: "max",
      sbom: true,
    },
  },
  "deploy-api-prod-promoted.yml": {
    ...base("prod", "environment"),
    trigger: { type: "tag", pattern: "v*" },
    test: { workflow: ".github/workflows/test.yml" },
    promote: {
      from: "dev",
      imageRepository: "210987654321.dkr.ecr.eu-west-1.amazonaws.com/api-1a2b",
    },
  },
  "deploy-api-prod-code-deploy.yml": {
    ...base("prod", "environment"),
    migration: {
      command: ["npm", "run", "migrate"],
      cpu: 256,
      memory: 512,
      timeoutMinutes: 15,
    },
    scheduledTasks: true,
    names: {
      ...base("prod", "environment").names,
      scheduledTaskDefinition: "slipway-prod-api-scheduled",
      codeDeployApplication: "api",
      appSpec: '{"version":1,"Resources":[{"TargetService":{"Type":"AWS::ECS::Service"}}]}',
    },
    codeDeploy: { deploymentGroupName: "api" },
    timeouts: { waitForMinutes: 20, timeoutMinutes: 105 },
  },
};

export const rendered = Object.entries(workflows).map(
  ([file, args]) => [file, renderWorkflow(args)] as const,
);

const site: FrontendWorkflowArgs = {
  ...{ project: "slipway", stack: "dev", environment: "dev" },
  settings: { buildCommand: "npm ci && npm run build", outputDirectory: "dist" },
  trigger: { type: "push", branch: "main" },
  roleSecret: "AWS_ROLE_TO_ASSUME_FRONTEND",
  namesVariable: "SLIPWAY_FRONTEND",
};

/** The workflows of sites, with every trigger and every setting. */
export const sites = Object.entries({
  "deploy-frontend-dev.yml": site,
  "deploy-frontend-dev-several.yml": {
    ...site,
    environment: undefined,
    trigger: [
      { type: "push", branch: "integration" },
      { type: "pull_request", branch: "release" },
      { type: "workflow_run", workflow: "The team's tests", branch: "main" },
      { type: "workflow_call", branch: "main" },
    ],
    settings: {
      ...{ ...site.settings, nodeVersion: "24", runsOn: "ubuntu-22.04", paths: ["web/**"] },
      immutablePaths: ["assets/*", "fonts/*"],
    },
  } as const,
}).map(([file, args]) => [file, renderFrontendWorkflow(args)] as const);

const previews: Omit<PreviewFilesArgs, "backend"> = {
  project: "slipway",
  stack: "dev",
  branch: "main",
  region: "eu-central-1",
  environments: true,
  stacks: [
    { name: "dev", update: { role: { policies: ["arn:aws:iam::aws:policy/PowerUserAccess"] } } },
    { name: "prod", update: { role: "arn:aws:iam::123456789012:role/update" } },
  ],
};

/** The workflows of previews and updates, with each backend. */
export const previewBackends = {
  s3: {
    ...previews,
    backend: {
      type: "s3",
      url: "s3://octo-pulumi-state?region=eu-central-1",
      kmsKey: "alias/pulumi",
    },
  },
  "pulumi-cloud": {
    ...previews,
    backend: { type: "pulumi-cloud", organization: "octo-org", previewTeam: "readers" },
  },
} satisfies Record<string, PreviewFilesArgs>;
