/**
 * How the services of a stack call each other by name.
 * @module
 */
export { ServiceConnectNamespace, type ServiceConnectNamespaceArgs } from "./namespace";
