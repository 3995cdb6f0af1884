/** Elastic Container Service. */
import { capacityProvider } from "./capacity-provider";
import { cluster, clusterCapacityProviders } from "./cluster";
import { getCluster } from "./get-cluster";
import { getClusters } from "./get-clusters";
import { getService } from "./get-service";
import { service } from "./service";
import { taskDefinition } from "./task-definition";

export const resources = [
  capacityProvider,
  cluster,
  clusterCapacityProviders,
  service,
  taskDefinition,
];
export const functions = [getCluster, getClusters, getService];
