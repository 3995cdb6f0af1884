import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import { Pipelines, ServicePipeline, type ServicePipelineArgs } from "../codepipeline";
import type { StackConfig } from "../config";
import type { Notices } from "../notices";

interface Released {
  readonly services: readonly (Omit<ServicePipelineArgs, "cluster" | "pipelines" | "notices"> & {
    readonly name: string;
  })[];
  readonly cluster: Cluster;
  readonly notices: Notices | undefined;
}

/** Creates a pipeline for each service. Returns the pipelines' names, by the services' names. */
export function createPipelines(
  stack: string,
  release: NonNullable<StackConfig["release"]>,
  { services, cluster, notices }: Released,
): Readonly<Record<string, pulumi.Output<string>>> {
  const pipelines = new Pipelines(stack, {
    ...release,
    services: services.map(({ name }) => name),
  });
  return Object.fromEntries(
    services.map(({ name, ...service }) => {
      const args = { ...service, cluster, pipelines, notices };
      return [name, new ServicePipeline(name, args).pipelineName];
    }),
  );
}
