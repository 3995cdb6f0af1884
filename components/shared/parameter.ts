import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * The value of an SSM parameter as it is now. Unlike getParameter, this does not fail where there is none: before the first
 * update, and after somebody's delete.
 */
export async function readParameter(
  name: string,
  parent: pulumi.Resource,
): Promise<string | undefined> {
  const path = name.slice(0, name.lastIndexOf("/"));
  const { names, values } = await aws.ssm.getParametersByPath({ path }, { parent });
  return values[names.indexOf(name)];
}
