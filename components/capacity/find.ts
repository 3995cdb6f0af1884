import * as aws from "@pulumi/aws";
import { forecastDeployment } from "../forecast";
import { compatibilityOf } from "../service/capacity/providers";
import { resolveDeployment } from "../service/resolve";
import type { DeploymentSettings } from "../service/settings";
import type { Problem } from "../shared/errors";
import { checkFit, type FoundProvider } from "./check-fit";
import type { InstanceFacts } from "./plan";
import type { CapacityProviderArgs } from "./settings";

/** Where the user wrote the providers and the services. */
export interface CapacityPaths {
  /** The path of a capacity provider. */
  readonly provider: (index: number) => string;
  /** The path of a service. */
  readonly service: (index: number) => string;
}

/** Asks AWS for the instance types, and checks that they exist in the region and that the tasks fit on them. */
export async function findCapacityProblems(
  providers: readonly CapacityProviderArgs[],
  services: readonly DeploymentSettings[],
  paths: CapacityPaths,
): Promise<Problem[]> {
  const found = await Promise.all(providers.map((args, i) => find(args, paths.provider(i))));
  const placed = services.flatMap((settings, i) => {
    const service = resolveDeployment(settings);
    return compatibilityOf(service.capacityProviderStrategies) === "EC2"
      ? [
          {
            service,
            peakTasks: forecastDeployment(settings).peakTasks,
            path: paths.service(i),
          },
        ]
      : [];
  });
  return [
    ...found.flatMap(({ problems }) => problems),
    ...checkFit(
      found.map(({ provider }) => provider),
      placed,
    ),
  ];
}

async function find(
  args: CapacityProviderArgs,
  path: string,
): Promise<{ provider: FoundProvider; problems: Problem[] }> {
  const asked = await Promise.all(
    args.instanceTypes.map((type, i) => ask(type, `${path}.instanceTypes[${i}]`)),
  );
  const facts = asked.flatMap((answer) => ("path" in answer ? [] : [answer]));
  const problems = asked.flatMap((answer) => ("path" in answer ? [answer] : []));
  return { provider: { args, path, facts }, problems };
}

async function ask(instanceType: string, path: string): Promise<InstanceFacts | Problem> {
  try {
    const found = await aws.ec2.getInstanceType({ instanceType });
    return {
      instanceType,
      vcpus: found.defaultVcpus,
      memory: found.memorySize,
      networkInterfaces: found.maximumNetworkInterfaces,
      architectures: found.supportedArchitectures,
      spot: found.supportedUsagesClasses.includes("spot"),
    };
  } catch (error) {
    return {
      path,
      value: instanceType,
      allowed: `an instance type of the region: ${(error as Error).message}`,
      fix: "aws ec2 describe-instance-type-offerings lists them",
    };
  }
}
