import * as aws from "@pulumi/aws";
import { bad, type Check, check, good, unknown, type Verdict } from "../check";
import type { Needs, Vcpus } from "../needs";

/** A quota of Service Quotas: https://docs.aws.amazon.com/servicequotas/latest/userguide/intro.html */
export interface Quota {
  readonly service: string;
  readonly code: string;
  readonly region: string;
}

/** What counts, how many there are, and how many the stack adds. */
export interface Usage {
  readonly what: string;
  readonly used: number;
  readonly adds: number;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html and the pages of the other services' quotas */
const codes = {
  vpcs: { service: "vpc", code: "L-F678F1CE" },
  addresses: { service: "ec2", code: "L-0263D0A3" },
  loadBalancers: { service: "elasticloadbalancing", code: "L-53DA6B97" },
  FARGATE: { service: "fargate", code: "L-3032A538" },
  FARGATE_SPOT: { service: "fargate", code: "L-36FBB829" },
} as const;

/** @param isDeployed whether the stack's own objects are among those that exist */
export function quotaChecks(needs: Needs, region: string, isDeployed: boolean): Check[] {
  const adds = (count: number) => (isDeployed ? 0 : count);
  const counted = (
    id: "vpcs" | "addresses" | "loadBalancers",
    title: string,
    what: string,
    count: () => Promise<number>,
  ): Check[] => {
    const quota = { ...codes[id], region };
    return needs[id] === 0
      ? []
      : [
          check({
            ...{ id: `quotas ${id}`, title: `Quota: ${title}`, area: "AWS" },
            ask: async () => [await count(), await limitOf(quota)] as const,
            judge: ([used, limit]) =>
              judgeQuota(quota, { what, used, adds: adds(needs[id]) }, limit),
          }),
        ];
  };
  return [
    ...counted("vpcs", "VPCs", "VPCs", async () => (await aws.ec2.getVpcs({})).ids.length),
    ...counted(
      "addresses",
      "addresses",
      "Elastic IP addresses",
      async () => (await aws.ec2.getEips({})).allocationIds.length,
    ),
    ...counted("loadBalancers", "load balancers", "Application Load Balancers", async () => {
      const { arns } = await aws.lb.getLbs({});
      return arns.filter((arn) => arn.includes(":loadbalancer/app/")).length;
    }),
    ...(["FARGATE", "FARGATE_SPOT"] as const).flatMap((provider) => {
      const quota = { ...codes[provider], region };
      const wanted = needs.vcpus[provider];
      const title = provider === "FARGATE" ? "Fargate vCPUs" : "Fargate Spot vCPUs";
      return wanted.most === 0
        ? []
        : [
            check({
              ...{ id: `quotas ${provider}`, title: `Quota: ${title}`, area: "AWS" },
              ask: async () => [await runningTasks(), await limitOf(quota)] as const,
              judge: ([tasks, limit]) => judgeVcpus(quota, wanted, tasks, limit),
            }),
          ];
    }),
  ];
}

async function limitOf({ service: serviceCode, code: quotaCode }: Quota): Promise<number> {
  return (await aws.servicequotas.getServiceQuota({ serviceCode, quotaCode })).value;
}

/** The tasks of all clusters of the region. AWS has no read-only call that the plugin knows for their vCPUs. */
async function runningTasks(): Promise<number> {
  const { clusterArns } = await aws.ecs.getClusters({});
  const clusters = await Promise.all(
    clusterArns.map((clusterName) => aws.ecs.getCluster({ clusterName })),
  );
  return clusters.reduce(
    (sum, { runningTasksCount, pendingTasksCount }) => sum + runningTasksCount + pendingTasksCount,
    0,
  );
}

export function judgeQuota(quota: Quota, { what, used, adds }: Usage, limit: number): Verdict {
  const state = `${used} of ${limit} ${what} are in use`;
  if (adds === 0) {
    return good(`${state}, including those of the stack`);
  }
  return used + adds <= limit
    ? good(`${state}, and the stack adds ${adds}`)
    : bad(`${state}, and the stack adds ${adds}`, raise(quota, used + adds));
}

/** Each Fargate task has at most 16 vCPUs. */
const largestTask = 16;

export function judgeVcpus(
  quota: Quota,
  { least, most }: Vcpus,
  tasks: number,
  limit: number,
): Verdict {
  const range = least === most ? `up to ${most}` : `${least} to ${most}`;
  const says = `the quota is ${limit} vCPUs, and the stack needs ${range} while it is deployed`;
  if (least > limit) {
    return bad(says, raise(quota, most));
  }
  if (most > limit) {
    return unknown(`${says}: autoscaling cannot reach its maxCapacity`, raise(quota, most));
  }
  if (most + tasks * largestTask > limit) {
    return unknown(
      `${says}; how many vCPUs the ${tasks} tasks of the region have is not known`,
      "check the quota's utilization in the Service Quotas console",
    );
  }
  return good(says);
}

/** AWS answers such a request within minutes to days. */
function raise({ service, code, region }: Quota, value: number): string {
  const names = `--service-code ${service} --quota-code ${code} --desired-value ${Math.ceil(value)}`;
  return `aws service-quotas request-service-quota-increase ${names} --region ${region}, and wait for the approval`;
}
