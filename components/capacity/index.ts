/**
 * Capacity of a cluster on EC2.
 * @module
 */
export type { Ec2CapacityTransform } from "./ec2-capacity";
export type { CapacityProviderArgs } from "./settings";
