import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * The current value of an SSM parameter; undefined if the parameter does not exist: before the first update, or after somebody
 * deleted it. getParameter would fail in these cases.
 */
export async function readParameter(
  name: string,
  parent: pulumi.Resource,
): Promise<string | undefined> {
  const path = name.slice(0, name.lastIndexOf("/"));
  const { names, values } = await aws.ssm.getParametersByPath({ path }, { parent });
  return values[names.indexOf(name)];
}
