export {
  Cluster,
  type ClusterArgs,
  type CreateClusterArgs,
  type ExistingClusterArgs,
} from "./cluster";
