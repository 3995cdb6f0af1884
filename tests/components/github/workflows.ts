import { renderWorkflow, settingNames, type WorkflowArgs } from "../../../components";

const base = (stack: string, scope: "environment" | "repository", shared = false) => ({
  service: "api",
  project: "slipway",
  stack,
  trigger: { type: "push", branch: "main" } as const,
  environment: scope === "environment" ? stack : undefined,
  settings: settingNames({ service: "api", stack, scope, shared }),
  build: {},
  cpuArchitecture: "X86_64" as const,
  timeouts: { waitForMinutes: 20, timeoutMinutes: 45 },
});

/** The workflows that are looked at as whole files, and by every linter. */
export const workflows: Readonly<Record<string, WorkflowArgs>> = {
  "deploy-api-dev.yml": base("dev", "environment"),
  "deploy-api-prod-repository.yml": {
    ...base("prod", "repository"),
    trigger: { type: "push", branch: "release" },
    timeouts: { waitForMinutes: 45, timeoutMinutes: 70 },
  },
  "deploy-api-dev-arm64.yml": {
    ...base("dev", "environment", true),
    build: {
      context: "services/api",
      dockerfile: "services/api/docker/Dockerfile.prod",
      target: "runtime",
      args: { NODE_VERSION: "22", GREETING: "hello, world" },
      paths: ["services/api/**", "package-lock.json"],
    },
    cpuArchitecture: "ARM64",
  },
  "deploy-api-prod-code-deploy.yml": {
    ...base("prod", "environment"),
    codeDeploy: { deploymentGroupName: "api" },
    timeouts: { waitForMinutes: 20, timeoutMinutes: 105 },
  },
};

export const rendered = Object.entries(workflows).map(
  ([file, args]) => [file, renderWorkflow(args)] as const,
);
