/**
 * The Application Load Balancer that the services of a stack share, and its certificate.
 * @module
 */
export { Certificate, type CertificateArgs } from "./certificate";
export type { CreateLoadBalancerArgs } from "./create";
export type { AliasTarget, Domains } from "./domains";
export type {
  ExistingListeners,
  ExistingLoadBalancerSettings,
  FindLoadBalancerArgs,
  FoundLoadBalancer,
  RuleKind,
  RulePlace,
  ServiceOnListener,
} from "./existing";
export { findLoadBalancer } from "./find";
export {
  type ExistingLoadBalancerArgs,
  LoadBalancer,
  type LoadBalancerArgs,
  type LoadBalancerOrigin,
  type PlacedRule,
  type RulePlacement,
} from "./load-balancer";
export type {
  CertificateArnArgs,
  DomainArgs,
  ExistingLogBucketArgs,
  LoadBalancerSettings,
  NewLogBucketArgs,
  TlsArgs,
} from "./settings";
