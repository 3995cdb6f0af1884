/**
 * AWS Client VPN: a way into the VPC from outside.
 * @module
 */
export { ClientVpn, type ClientVpnArgs } from "./client-vpn";
export type { CertificateAuthentication, ClientVpnSettings, SamlAuthentication } from "./settings";
