import type { ProgramConfig } from "slipway/automation";

/** The ids and names of existing objects, as a platform team hands them out. */
export interface Existing {
  readonly region: string;
  readonly vpcId: string;
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
  readonly cluster: string;
  readonly listenerArn: string;
  readonly testListenerArn: string;
  readonly imageRepository: string;
  readonly logGroup: string;
}

/** A service in an account where all else exists: network, cluster, load balancer with its certificate, registry, log group, identity provider. */
export function config(existing: Existing): ProgramConfig {
  const { vpcId, publicSubnetIds, privateSubnetIds, listenerArn, testListenerArn } = existing;
  return {
    "aws:region": existing.region,
    network: {
      vpcId,
      publicSubnetIds: [...publicSubnetIds],
      privateSubnetIds: [...privateSubnetIds],
    },
    cluster: { existing: existing.cluster },
    // The listener has the certificate already.
    loadBalancer: { existing: { listenerArn, testListenerArn, domain: "app.example.com" } },
    github: {
      repository: "octo-org/existing",
      trigger: { type: "push", branch: "main" },
      identityProvider: "adopt",
    },
    services: [
      {
        name: "api",
        port: 8000,
        rule: { pathPatterns: ["/api/*"] },
        strategy: { type: "canary", testListener: { port: 9000 } },
        imageRepository: { existing: existing.imageRepository },
        logGroup: { existing: existing.logGroup },
      },
    ],
  };
}
