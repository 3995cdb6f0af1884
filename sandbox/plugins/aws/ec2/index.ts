/** Elastic Compute Cloud: networks. */
import { getEips, getSubnet, getVpcs } from "./lists";
import { eip, natGateway } from "./nat";
import { route, routeTable, routeTableAssociation } from "./routes";
import { securityGroup } from "./security-group";
import { subnet } from "./subnet";
import { internetGateway, vpc } from "./vpc";
import { vpcEndpoint } from "./vpc-endpoint";

export const resources = [
  eip,
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
export const functions = [getEips, getSubnet, getVpcs];
