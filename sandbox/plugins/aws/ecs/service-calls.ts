/** Calls that describe and delete a service. */
import { setTimeout } from "node:timers/promises";
import type { Deployment, Service, ServiceDeployment } from "@aws-sdk/client-ecs";
import type { AwsContext } from "../context";
import { client } from "./common";

/** Finds a service by ARN in the known cluster, or by the import id `cluster/service`. */
export async function describe(
  aws: AwsContext,
  id: string,
  known: string | undefined,
): Promise<Service | undefined> {
  const [cluster, name] = /^arn:/.test(id) ? [known ?? id.split("/")[1], id] : id.split("/");
  if (!name) throw new Error(`'${id}' is not the id of a service: use cluster-name/service-name`);
  const { services: [found] = [] } = await client(aws).describeServices({
    cluster,
    services: [name],
    include: ["TAGS"],
  });
  return found;
}

/**
 * A deployment `ecs-svc/N` is the rollout of the service revision N. A rollback has no revision of its own. It is found
 * only if the sandbox is faster than the first read of the service; then the newest rollout has the result.
 */
export async function serviceDeployment(
  aws: AwsContext,
  { service, cluster }: { service: string; cluster: string | undefined },
  { id = "" }: Deployment,
  since: Date,
): Promise<ServiceDeployment | undefined> {
  const number = id.split("/").at(-1) ?? "";
  // Times in answers may be whole seconds.
  const after = new Date(Math.floor(since.getTime() / 1000) * 1000);
  const { serviceDeployments: rollOuts = [] } = await client(aws).listServiceDeployments({
    cluster,
    service,
    createdAt: { after },
  });
  const own = rollOuts.find((one) => one.targetServiceRevisionArn?.includes(number));
  const arn = (own ?? rollOuts[0])?.serviceDeploymentArn;
  if (!arn) return undefined;
  const { serviceDeployments: [found] = [] } = await client(aws).describeServiceDeployments({
    serviceDeploymentArns: [arn],
  });
  return found;
}

/** "The service cannot be stopped while deployments are active": retries until the time limit. */
export async function remove(
  aws: AwsContext,
  request: { cluster: string | undefined; service: string; force: boolean },
  seconds: number,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  const late = () => Date.now() > end;
  for (;;) {
    try {
      await client(aws).deleteService(request);
      break;
    } catch (error) {
      const busy = /cannot be stopped while deployments are active/.test((error as Error).message);
      if (!busy || late()) throw error;
    }
    await setTimeout(1000);
  }
  const { service, cluster } = request;
  for (let found = await describe(aws, service, cluster); found?.status !== "INACTIVE"; ) {
    if (!found) return;
    if (late()) throw new Error(`the service is still ${found.status} after ${seconds} s`);
    await setTimeout(1000);
    found = await describe(aws, service, cluster);
  }
}
