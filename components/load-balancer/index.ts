/**
 * The Application Load Balancer that the services of a stack share, and its certificate.
 * @module
 */
export { Certificate, type CertificateArgs } from "./certificate";
export type { CertificateArnArgs, DomainArgs, LoadBalancerSettings } from "./check";
export { LoadBalancer, type LoadBalancerArgs } from "./load-balancer";
