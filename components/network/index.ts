/**
 * The VPC of a stack: a new one, or an existing one.
 * @module
 */
export { Network, type NetworkArgs, type NetworkRanges } from "./network";
export type { CreateNetworkArgs, ExistingNetworkArgs, FlowLogsArgs, NatGateways } from "./settings";
