/** AWS's partitions, by region. */
import type * as aws from "@pulumi/aws";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function partitionOf(region: string): aws.GetPartitionResult {
  if (region.startsWith("cn-")) return partition("aws-cn", "amazonaws.com.cn", "cn.com.amazonaws");
  if (region.startsWith("us-gov-")) {
    return partition("aws-us-gov", "amazonaws.com", "com.amazonaws");
  }
  return partition("aws", "amazonaws.com", "com.amazonaws");
}

function partition(name: string, dnsSuffix: string, reverseDnsPrefix: string) {
  return { id: name, partition: name, dnsSuffix, reverseDnsPrefix };
}

/** The ARN of an object in the context's region. */
export function arnOf(region: string, service: string, account = "", resource = ""): string {
  return `arn:${partitionOf(region).partition}:${service}:${region}:${account}:${resource}`;
}
