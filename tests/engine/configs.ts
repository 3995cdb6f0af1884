import { stackConfig } from "../harness";
import { ACCOUNT_NETWORK, type Config } from "./harness";

const [api] = stackConfig("Pulumi.dev.yaml")["slipway:services"] as Config[];

/** The dev stack file in a VPC of the account, for the test's own repository. */
export function dev(repository: string, service: Config = {}): Config {
  return { ...devWithNetwork(repository, service), "slipway:network": ACCOUNT_NETWORK };
}

/** The dev stack file, for the test's own repository. */
export function devWithNetwork(repository: string, service: Config = {}): Config {
  return {
    ...stackConfig("Pulumi.dev.yaml"),
    "slipway:github": { repository, trigger: { type: "push", branch: "main" } },
    "slipway:services": [{ ...api, ...service }],
  };
}

/** Three services behind one load balancer: two from one repository, by path and by host, and one from another repository. */
export function three(repository: string, other: string): Config {
  const common = { cpu: 256, memory: 512, imageRepository: { forceDelete: true } };
  return {
    ...stackConfig("Pulumi.dev.yaml"),
    "slipway:network": ACCOUNT_NETWORK,
    "slipway:github": { repository, trigger: { type: "push", branch: "main" } },
    "slipway:services": [
      { ...common, name: "web", port: 8000, build: { context: "web", paths: ["web/**"] } },
      {
        ...common,
        name: "api",
        port: 8080,
        build: { context: "api", paths: ["api/**"] },
        rule: { pathPatterns: ["/api/*"] },
        scheduledTasks: {
          nightly: { schedule: "cron(0 3 * * ? *)", command: ["node", "report.mjs"] },
        },
        migration: { command: ["node", "migrate.mjs"], cpu: 512, memory: 1024 },
      },
      {
        ...common,
        name: "admin",
        port: 3000,
        repository: other,
        strategy: { type: "blue-green" },
        rule: { hostHeaders: ["admin.example.com"] },
      },
    ],
  };
}
