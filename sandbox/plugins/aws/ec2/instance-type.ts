import type { _InstanceType } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import { invoke } from "../definition";
import { single } from "../not-found";
import { ec2 } from "./client";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getinstancetype/: what decides which tasks fit. */
export const getInstanceType = invoke<
  pulumi.GetInstanceTypeArgs,
  Partial<pulumi.GetInstanceTypeResult>
>({
  type: "aws:ec2/getInstanceType:getInstanceType",
  args: ["instanceType"],
  async run(aws, { instanceType }) {
    const { InstanceTypes } = await ec2(aws).describeInstanceTypes({
      InstanceTypes: [instanceType as _InstanceType],
    });
    const found = single("EC2 Instance Type", InstanceTypes);
    return {
      ...{ id: instanceType, instanceType },
      defaultVcpus: found.VCpuInfo?.DefaultVCpus ?? 0,
      maximumNetworkInterfaces: found.NetworkInfo?.MaximumNetworkInterfaces ?? 0,
      memorySize: found.MemoryInfo?.SizeInMiB ?? 0,
      supportedArchitectures: found.ProcessorInfo?.SupportedArchitectures ?? [],
      supportedUsagesClasses: found.SupportedUsageClasses ?? [],
    };
  },
});
