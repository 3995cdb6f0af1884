import * as pulumi from "@pulumi/pulumi";

/**
 * Leaves every object the name that it has. After a `pulumi import` Pulumi takes the names that it once chose for names
 * that were asked for, and would replace each such object by one with a name of its own choice.
 */
export function keepNames(): void {
  pulumi.runtime.registerStackTransformation(({ props, opts }) => ({
    props,
    opts: pulumi.mergeOptions(opts, { ignoreChanges: ["name"] }),
  }));
}
