/**
 * The ECS cluster of a stack.
 * @module
 */
export {
  Cluster,
  type ClusterArgs,
  type CreateClusterArgs,
  type ExistingClusterArgs,
} from "./cluster";
