import { createHash } from "node:crypto";
import type * as ec2 from "@pulumi/aws/ec2";
import { accountOf } from "../account";
import { accepted, kept, stable } from "../definition";
import { arnOf } from "../partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/launchtemplate/ */
export const launchTemplate = kept<ec2.LaunchTemplateArgs, ec2.LaunchTemplateState>({
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  name: { property: "name", maxLength: 125 },
  properties: {
    ...accepted("imageId", "userData"),
    blockDeviceMappings: {
      block: {
        members: ["deviceName", "ebs"],
        blocks: { ebs: { computed: ["iops", "throughput", "volumeSize", "volumeType"] } },
      },
    },
    iamInstanceProfile: { block: { members: ["arn"] } },
    metadataOptions: {
      computed: true,
      block: {
        computed: [
          ...["httpEndpoint", "httpProtocolIpv6", "httpPutResponseHopLimit", "httpTokens"],
          "instanceMetadataTags",
        ],
      },
    },
    name: { replace: true },
    networkInterfaces: {
      block: {
        members: [
          "associatePublicIpAddress",
          "deleteOnTermination",
          "deviceIndex",
          "securityGroups",
        ],
      },
    },
  },
  outputs: {
    ...stable("arn"),
    latestVersion: {
      when: [
        ...(["blockDeviceMappings", "iamInstanceProfile", "imageId", "metadataOptions"] as const),
        ...(["networkInterfaces", "userData"] as const),
      ],
    },
  },
  tagging: true,
  id: ({ name }) => `lt-${digest(String(name)).slice(0, 17)}`,
  state: async (aws, id, inputs) => ({
    arn: arnOf(aws.region, "ec2", await accountOf(aws), `launch-template/${id}`),
    // AWS counts from 1. Here other settings have another number.
    latestVersion: Number.parseInt(digest(JSON.stringify(inputs)).slice(0, 6), 16),
  }),
});

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
