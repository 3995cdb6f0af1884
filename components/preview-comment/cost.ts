import { defaultAssumptions } from "../forecast";
import { type PricedTask, taskHour } from "../forecast/cost";
import { compatibilityOf } from "../service/capacity/providers";
import { capacityDefaults, deploymentDefaults } from "../service/defaults";
import type { Properties, State, Step } from "./events";
import { nameOf } from "./plan";

/** AWS counts a month as 730 hours. */
const hours = 730;

/**
 * USD an hour in us-east-1, 2026: https://aws.amazon.com/vpc/pricing/, https://aws.amazon.com/elasticloadbalancing/pricing/,
 * https://aws.amazon.com/privatelink/pricing/
 */
const prices = { natGateway: 0.045, loadBalancer: 0.0225, address: 0.005, endpoint: 0.01 };

/** USD an hour for each subnet of a client VPN in us-east-1, 2026: https://aws.amazon.com/vpn/pricing/ */
const vpnAssociationHour = 0.1;

/** USD a month in us-east-1, 2026: https://aws.amazon.com/waf/pricing/ */
const monthly = { webAcl: 5, webAclRule: 1 };

/** USD for each ACU and hour of Aurora Serverless in us-east-1, 2026: https://aws.amazon.com/rds/aurora/pricing/ */
const acuHour = 0.12;

/** USD a month for each metric that an alarm reads, in us-east-1, 2026: https://aws.amazon.com/cloudwatch/pricing/ */
const alarmMetricMonth = 0.1;

/** USD a month before and after the update, for what costs money even without traffic. */
export interface MonthlyCost {
  readonly before: number;
  readonly after: number;
}

export function monthlyCost(steps: readonly Step[]): MonthlyCost {
  const before = steps.flatMap(({ type, urn, old }) => (old ? [{ type, urn, state: old }] : []));
  const after = steps.flatMap(({ type, urn, op, new: now }) =>
    now && op !== "delete" ? [{ type, urn, state: now }] : [],
  );
  return { before: costOf(before), after: costOf(after) };
}

interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly state: State;
}

function costOf(resources: readonly Resource[]): number {
  const perHour = resources.reduce((sum, one) => sum + hourly(one, resources), 0);
  return perHour * hours;
}

function hourly({ type, state }: Resource, all: readonly Resource[]): number {
  const inputs = state.inputs ?? {};
  switch (type) {
    case "aws:ec2/natGateway:NatGateway":
      return prices.natGateway;
    case "aws:ec2/eip:Eip":
      return prices.address;
    case "aws:lb/loadBalancer:LoadBalancer": {
      const addresses = inputs.internal === true ? 0 : zones(inputs.subnets, all);
      return prices.loadBalancer + prices.address * addresses;
    }
    case "aws:ec2/vpcEndpoint:VpcEndpoint":
      return inputs.vpcEndpointType === "Interface"
        ? prices.endpoint * zones(inputs.subnetIds, all)
        : 0;
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return (alarmMetricMonth * metricsOf(inputs)) / hours;
    case "aws:ecs/service:Service":
      return tasks(state, all);
    case "aws:ec2clientvpn/networkAssociation:NetworkAssociation":
      return vpnAssociationHour;
    case "aws:rds/clusterInstance:ClusterInstance":
      return acuHour * leastCapacity(state, all);
    case "aws:wafv2/webAcl:WebAcl": {
      const rules = Array.isArray(inputs.rules) ? inputs.rules.length : 0;
      return (monthly.webAcl + monthly.webAclRule * rules) / hours;
    }
    default:
      return 0;
  }
}

/** The metrics that an alarm reads. An expression over metrics does not count. */
function metricsOf({ metricQueries }: Properties): number {
  return Array.isArray(metricQueries) ? metricQueries.filter((query) => query.metric).length : 1;
}

/** The ACU that an instance of a serverless database has without load. The classes of other instances have prices of their own. */
function leastCapacity({ inputs = {}, parent }: State, all: readonly Resource[]): number {
  const cluster = all.find(
    ({ type, state }) => type === "aws:rds/cluster:Cluster" && state.parent === parent,
  );
  const { minCapacity = 0 } = (cluster?.state.inputs?.serverlessv2ScalingConfiguration ??
    {}) as Properties;
  return inputs.instanceClass === "db.serverless" ? Number(minCapacity) : 0;
}

/** The number of subnets, one a zone. Before the first update, the subnets are not known, but their zones are. */
function zones(subnets: unknown, all: readonly Resource[]): number {
  if (Array.isArray(subnets)) {
    return subnets.length;
  }
  const found = all.flatMap(({ type, state }) =>
    type === "aws:ec2/subnet:Subnet" ? [state.inputs?.availabilityZone] : [],
  );
  return new Set(found).size;
}

/** The tasks of a service. Its task definition and its autoscaling have the name of the service's component. */
function tasks({ inputs = {}, parent = "" }: State, all: readonly Resource[]): number {
  const find = (type: string) =>
    all.find((one) => one.type === type && nameOf(one.urn) === nameOf(parent))?.state.inputs;
  const task = find("aws:ecs/taskDefinition:TaskDefinition");
  const scaling = find("aws:appautoscaling/target:Target");
  const count = Number(scaling?.minCapacity ?? inputs.desiredCount);
  if (!task || !Number.isFinite(count) || count <= 0) {
    return 0;
  }
  return count * taskHour(pricedTask(task, inputs), count, defaultAssumptions.prices);
}

function pricedTask(task: Properties, service: Properties): PricedTask {
  const { cpuArchitecture } = (task.runtimePlatform ?? {}) as Properties;
  const { sizeInGib } = (task.ephemeralStorage ?? {}) as Properties;
  const strategies = Array.isArray(service.capacityProviderStrategies)
    ? service.capacityProviderStrategies
    : deploymentDefaults.capacityProviderStrategies;
  const capacityProviderStrategies = strategies.map((one: Partial<PricedStrategy>) => ({
    ...{ capacityProvider: "FARGATE", ...capacityDefaults, ...one },
  }));
  return {
    cpu: Number(task.cpu),
    memory: Number(task.memory),
    cpuArchitecture: cpuArchitecture === "ARM64" ? "ARM64" : "X86_64",
    ephemeralStorage: Number(sizeInGib ?? deploymentDefaults.ephemeralStorage),
    compatibility: compatibilityOf(capacityProviderStrategies),
    capacityProviderStrategies,
  };
}

type PricedStrategy = PricedTask["capacityProviderStrategies"][number];
