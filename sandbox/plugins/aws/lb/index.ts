/** Elastic Load Balancing, version 2: application load balancers. */
import { getLbs } from "./get-lbs";
import { getListenerRule } from "./get-listener-rule";
import { listener } from "./listener";
import { listenerRule } from "./listener-rule";
import { loadBalancer } from "./load-balancer";
import { targetGroup } from "./target-group";

export const resources = [loadBalancer, targetGroup, listener, listenerRule];
export const functions = [getLbs, getListenerRule];
