import * as pulumi from "@pulumi/pulumi";
import { urlOf } from "../service/rule/conditions";
import { locationOf } from "../shared/arn";
import type { ServiceContext } from "./context";

/** The URL for users; for a worker, its page in ECS's console. */
export function serviceUrl(
  { args: { cluster }, service: { rule }, front }: ServiceContext,
  serviceName: pulumi.Output<string>,
): pulumi.Output<string> {
  if (front) {
    return front.url.apply((url) => urlOf(url, rule));
  }
  return pulumi
    .all([cluster.arn, cluster.clusterName, serviceName])
    .apply(([arn, name, service]) => {
      const { region } = locationOf(arn);
      return `https://${region}.console.aws.amazon.com/ecs/v2/clusters/${name}/services/${service}/health?region=${region}`;
    });
}
