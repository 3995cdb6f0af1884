/** What a stack adds to its account: plain numbers from the stack file. */

import { type ServiceConfig, type StackConfig, usesLoadBalancer } from "../../components/config";
import { forecastDeployment } from "../../components/index";
import { planNetwork } from "../../components/network/plan";
import { tasksOn } from "../../components/service/capacity/providers";
import { resolveDeployment } from "../../components/service/resolve";

type Provider = "FARGATE" | "FARGATE_SPOT";

export interface Needs {
  readonly vpcs: number;
  readonly addresses: number;
  readonly loadBalancers: number;
  /** Zones that a new VPC needs. A load balancer always needs two. */
  readonly zones: number;
  readonly vcpus: Readonly<Record<Provider, Vcpus>>;
}

/** vCPUs of all services while each of them is being deployed. */
export interface Vcpus {
  /** With the fewest tasks. */
  readonly least: number;
  /** With as many tasks as autoscaling allows. */
  readonly most: number;
}

export function needsOf(config: StackConfig): Needs {
  const { network = {}, loadBalancer = {}, shared, services } = config;
  const plan = shared || "vpcId" in network ? undefined : planNetwork(network);
  const { natGateways = "none", availabilityZones = 2 } = plan ?? {};
  const gateways = { none: 0, single: 1, "one-per-az": availabilityZones };
  const vcpus = (provider: Provider): Vcpus => {
    const all = services.map((service) => vcpusOf(service, provider));
    return {
      least: all.reduce((sum, { least }) => sum + least, 0),
      most: all.reduce((sum, { most }) => sum + most, 0),
    };
  };
  return {
    vpcs: plan ? 1 : 0,
    addresses: gateways[natGateways],
    loadBalancers: shared || "existing" in loadBalancer || !usesLoadBalancer(config) ? 0 : 1,
    zones: availabilityZones,
    vcpus: { FARGATE: vcpus("FARGATE"), FARGATE_SPOT: vcpus("FARGATE_SPOT") },
  };
}

function vcpusOf(service: ServiceConfig, provider: Provider): Vcpus {
  const { cpu, counts, capacityProviderStrategies: shares } = resolveDeployment(service);
  const { autoscaling: _, ...fixed } = service;
  const peak = (desiredCount: number) =>
    (tasksOn(provider, forecastDeployment({ ...fixed, desiredCount }).peakTasks, shares) * cpu) /
    1024;
  return { least: peak(counts[0]), most: peak(counts[1]) };
}
