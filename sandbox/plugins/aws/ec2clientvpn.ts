/** AWS Client VPN. Nobody connects: nothing listens at an endpoint. */
import type * as vpn from "@pulumi/aws/ec2clientvpn";
import { accountOf } from "./account";
import { chosenId } from "./chosen-id";
import { absent, accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2clientvpn/endpoint/ */
const endpoint = kept<vpn.EndpointArgs, vpn.EndpointState>({
  type: "aws:ec2clientvpn/endpoint:Endpoint",
  properties: {
    ...replacing("clientCidrBlock"),
    ...accepted("description", "dnsServers", "serverCertificateArn"),
    authenticationOptions: { replace: true, block: {} },
    connectionLogOptions: { block: { computed: ["cloudwatchLogStream"] } },
    disconnectOnSessionTimeout: { computed: true },
    securityGroupIds: { computed: true, set: true },
    selfServicePortal: { default: "disabled" },
    sessionTimeoutHours: { default: 24 },
    splitTunnel: { default: false },
    transportProtocol: { replace: true, default: "udp" },
    vpcId: { computed: true },
    vpnPort: { default: 443 },
  },
  outputs: { ...stable("arn", "dnsName"), ...absent("", "selfServicePortalUrl") },
  tagging: true,
  id: chosenId("cvpn-endpoint"),
  async state(aws, id) {
    return {
      arn: arnOf(aws.region, "ec2", await accountOf(aws), `client-vpn-endpoint/${id}`),
      dnsName: `*.${id}.prod.clientvpn.${aws.region}.amazonaws.com`,
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2clientvpn/networkassociation/ */
const networkAssociation = kept<vpn.NetworkAssociationArgs, vpn.NetworkAssociationState>({
  type: "aws:ec2clientvpn/networkAssociation:NetworkAssociation",
  properties: replacing("clientVpnEndpointId", "subnetId"),
  outputs: { ...stable("associationId"), ...absent("", "vpcId") },
  id: chosenId("cvpn-assoc"),
  state: async (_, id) => ({ associationId: id }),
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2clientvpn/authorizationrule/ */
const authorizationRule = kept<vpn.AuthorizationRuleArgs, vpn.AuthorizationRuleState>({
  type: "aws:ec2clientvpn/authorizationRule:AuthorizationRule",
  properties: replacing(
    ...(["authorizeAllGroups", "clientVpnEndpointId", "description", "targetNetworkCidr"] as const),
  ),
  outputs: {},
  id: ({ clientVpnEndpointId, targetNetworkCidr }) => `${clientVpnEndpointId},${targetNetworkCidr}`,
});

export const resources = [authorizationRule, endpoint, networkAssociation];
