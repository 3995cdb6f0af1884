import type * as pulumi from "@pulumi/pulumi";
import { Volumes } from "../storage";
import type { ServiceContext } from "./context";
import type { TaskRoles } from "./roles";

/** The folders whose files outlive the tasks; undefined if there are none. */
export function volumesOf(
  { name, args: { network }, service: { volumes }, opts }: ServiceContext,
  { taskRole }: TaskRoles,
  securityGroupId: pulumi.Output<string>,
): Volumes | undefined {
  return volumes.length > 0
    ? new Volumes(name, { volumes, network, securityGroupId, taskRole }, opts)
    : undefined;
}
