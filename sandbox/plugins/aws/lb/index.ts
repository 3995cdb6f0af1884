/** Elastic Load Balancing, version 2: application load balancers. */
import { getLbs } from "./get-lbs";
import { getListener } from "./get-listener";
import { getListenerRule } from "./get-listener-rule";
import { getLoadBalancer } from "./get-load-balancer";
import { listener } from "./listener";
import { listenerRule } from "./listener-rule";
import { loadBalancer } from "./load-balancer";
import { targetGroup } from "./target-group";

export const resources = [loadBalancer, targetGroup, listener, listenerRule];
export const functions = [getLbs, getListener, getListenerRule, getLoadBalancer];
