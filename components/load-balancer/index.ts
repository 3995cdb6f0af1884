export { Certificate, type CertificateArgs } from "./certificate";
export type { CertificateArnArgs, DomainArgs, LoadBalancerSettings } from "./check";
export { LoadBalancer, type LoadBalancerArgs } from "./load-balancer";
