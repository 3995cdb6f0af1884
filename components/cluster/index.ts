export { Cluster, type ClusterArgs } from "./cluster";
