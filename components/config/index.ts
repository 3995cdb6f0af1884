/** The stack configuration: its schema and its checks. */
export { checkedConfig, namespace } from "./check-config";
export { usesLoadBalancer } from "./check-load-balancer";
export { deployedOf, gitHubOf } from "./github-of";
export { fromText } from "./messages";
export { type ServiceConfig, type StackConfig, stackConfig } from "./schema";
