/**
 * The Application Load Balancer that the services of a stack share, and its certificate.
 * @module
 */
export { Certificate, type CertificateArgs } from "./certificate";
export type {
  CertificateArnArgs,
  DomainArgs,
  ExistingLogBucketArgs,
  LoadBalancerSettings,
  NewLogBucketArgs,
  TlsArgs,
} from "./check";
export type { CreateLoadBalancerArgs } from "./create";
export type {
  ExistingListeners,
  ExistingLoadBalancerSettings,
  FoundLoadBalancer,
  RulePlace,
} from "./existing";
export { type FindLoadBalancerArgs, findLoadBalancer, type ServiceOnListener } from "./find";
export {
  type ExistingLoadBalancerArgs,
  LoadBalancer,
  type LoadBalancerArgs,
  type PlacedRule,
  type RulePlacement,
} from "./load-balancer";
