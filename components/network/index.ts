export { Network, type NetworkArgs } from "./network";
export type { CreateNetworkArgs, ExistingNetworkArgs, NatGateways } from "./plan";
