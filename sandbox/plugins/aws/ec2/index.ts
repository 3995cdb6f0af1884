/** Elastic Compute Cloud: networks, and the launch templates of a cluster's instances. */
import { flowLog } from "./flow-log";
import { getInstanceType } from "./instance-type";
import { launchTemplate } from "./launch-template";
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
  launchTemplate,
  natGateway,
  route,
  routeTable,
  routeTableAssociation,
  securityGroup,
  subnet,
  vpc,
  vpcEndpoint,
];
export const functions = [
  ...[getEips, getInstanceType, getManagedPrefixList],
  ...[getSubnet, getVpc, getVpcs],
];
