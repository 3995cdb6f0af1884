/**
 * The ECS cluster of a stack.
 * @module
 */
export { Cluster, type ClusterArgs } from "./cluster";
