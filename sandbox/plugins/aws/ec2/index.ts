/** Elastic Compute Cloud: networks. */
import { flowLog } from "./flow-log";
import { getEips, getManagedPrefixList, getSubnet, getVpc, getVpcs } from "./lists";
import { eip, natGateway } from "./nat";
import { route, routeTable, routeTableAssociation } from "./routes";
import { defaultSecurityGroup, securityGroup } from "./security-group";
import { subnet } from "./subnet";
import { internetGateway, vpc } from "./vpc";
import { vpcEndpoint } from "./vpc-endpoint";

export const resources = [
  defaultSecurityGroup,
  eip,
  flowLog,
  internetGateway,
  natGateway,
  route,
  routeTable,
  routeTableAssociation,
  securityGroup,
  subnet,
  vpc,
  vpcEndpoint,
];
export const functions = [getEips, getManagedPrefixList, getSubnet, getVpc, getVpcs];
