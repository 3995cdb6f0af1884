import type { StackArgs } from "slipway/automation";
import { slugOf, stackPrefix } from "./names";

/** The Pulumi project of all stacks here. */
export const project = "preview-environments";

/** The repository whose branches get environments, as `owner/name` on GitHub. */
export const repository = "octo-org/shop";

/** Each environment has a name below this one. */
const domain = "preview.example.com";

const region = "eu-central-1";

/** What all environments share: network, cluster, load balancer with a certificate for all names, identity provider. */
export const platform: StackArgs = {
  stack: "platform",
  project,
  config: {
    "aws:region": region,
    network: { natGateways: "single" },
    loadBalancer: { https: { domain, zone: "example.com", alternativeNames: [`*.${domain}`] } },
    services: [],
  },
};

/** The stack of a branch. */
export function environmentOf(branch: string): StackArgs {
  return {
    stack: `${stackPrefix}${slugOf(branch)}`,
    project,
    config: {
      "aws:region": region,
      shared: { stack: platform.stack },
      github: { repository, trigger: { type: "push", branch } },
      services: [
        {
          name: "app",
          port: 8000,
          rule: { hostHeaders: [hostOf(branch)] },
          // A destroy deletes the images, too.
          imageRepository: { forceDelete: true, keepReleases: 2 },
          capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT" }],
          logRetentionInDays: 7,
        },
      ],
    },
  };
}

/** The name under which users open the environment of a branch. */
export function hostOf(branch: string): string {
  return `${slugOf(branch)}.${domain}`;
}
