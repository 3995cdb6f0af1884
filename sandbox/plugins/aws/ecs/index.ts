/** Elastic Container Service. */
import { cluster, clusterCapacityProviders } from "./cluster";
import { service } from "./service";
import { taskDefinition } from "./task-definition";

export const resources = [cluster, clusterCapacityProviders, service, taskDefinition];
