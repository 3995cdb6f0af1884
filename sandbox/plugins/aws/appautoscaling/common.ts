/** What the entries of Application Auto Scaling have in common. */
import {
  ApplicationAutoScaling,
  type ScalableDimension,
  type ServiceNamespace,
} from "@aws-sdk/client-application-auto-scaling";
import type { AwsContext } from "../context";

const forceNew = { replace: true } as const;

/** What is scaled. The key of a target, and part of that of policies and actions: ForceNew in the provider's schema. */
export const key = {
  resourceId: forceNew,
  scalableDimension: forceNew,
  serviceNamespace: forceNew,
} as const;

export interface Key {
  readonly resourceId?: string;
  readonly scalableDimension?: string;
  readonly serviceNamespace?: string;
}

export function keyOf({ resourceId, scalableDimension, serviceNamespace }: Key) {
  return {
    ResourceId: resourceId,
    ScalableDimension: scalableDimension as ScalableDimension,
    ServiceNamespace: serviceNamespace as ServiceNamespace,
  };
}

export function client(aws: AwsContext): ApplicationAutoScaling {
  return aws.client(ApplicationAutoScaling);
}

/** "Import using the service-namespace, resource-id and scalable-dimension separated by /", a policy's name last. */
export function imported(id: string, named = false): Key & { readonly name?: string } {
  const parts = id.split("/");
  const name = named ? parts.pop() : undefined;
  const scalableDimension = parts.pop();
  const [serviceNamespace, ...resourceId] = parts;
  return { serviceNamespace, resourceId: resourceId.join("/"), scalableDimension, name };
}
