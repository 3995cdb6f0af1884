import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps the physical name of every object. After a `pulumi import`, Pulumi treats the names that autonaming chose as names
 * that the program set. Without this, it would replace each such object by one with a new name.
 */
export function keepNames(): void {
  pulumi.runtime.registerStackTransformation(({ props, opts }) => ({
    props,
    // The name of an EventBridge target is its `targetId`.
    opts: pulumi.mergeOptions(opts, { ignoreChanges: ["name", "targetId"] }),
  }));
}
