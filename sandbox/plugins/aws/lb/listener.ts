/** Load balancer listeners. */
import type { ProtocolEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as lb from "@pulumi/aws/lb";
import { toTagList } from "../../kit/tags";
import { type Resolved, replacing, resource, stable } from "../definition";
import { actionsRule, fromActions, toActions } from "./actions";
import { client, tagging, tagsOf } from "./common";

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/lb/listener/. Only another load balancer forces a new one; ports are
 * unique on a load balancer, so the order of changes matters only to AWS.
 */
export const listener = resource<lb.ListenerArgs, lb.ListenerState>({
  type: "aws:lb/listener:Listener",
  properties: {
    ...replacing("loadBalancerArn"),
    certificateArn: {},
    defaultActions: actionsRule,
    port: {},
    protocol: { computed: true },
    sslPolicy: { computed: true },
  },
  outputs: stable("arn"),
  tagging,
  async create(aws, inputs, tags) {
    const { loadBalancerArn: LoadBalancerArn } = inputs;
    const all = { LoadBalancerArn, ...request(inputs), Tags: toTagList(tags) };
    return (await client(aws).createListener(all)).Listeners?.[0]?.ListenerArn;
  },
  async read(aws, { id }) {
    const { Listeners: [found] = [] } = await client(aws).describeListeners({ ListenerArns: [id] });
    if (!found) return undefined;
    return {
      found,
      properties: {
        arn: found.ListenerArn,
        certificateArn: found.Certificates?.[0]?.CertificateArn,
        defaultActions: fromActions(found.DefaultActions),
        sslPolicy: found.Protocol === "HTTPS" ? found.SslPolicy : "",
      },
      tags: await tagsOf(aws, id),
    };
  },
  update: (aws, ListenerArn, inputs) =>
    client(aws).modifyListener({ ListenerArn, ...request(inputs) }),
  delete: (aws, { id }) => client(aws).deleteListener({ ListenerArn: id }),
});

function request(inputs: Resolved<lb.ListenerArgs>) {
  const { certificateArn: CertificateArn, port: Port, sslPolicy: SslPolicy } = inputs;
  return {
    Port,
    // "For Application Load Balancers, valid values are HTTP and HTTPS, with a default of HTTP."
    Protocol: (inputs.protocol ?? "HTTP") as ProtocolEnum,
    DefaultActions: toActions(inputs.defaultActions),
    ...(SslPolicy ? { SslPolicy } : {}),
    ...(CertificateArn ? { Certificates: [{ CertificateArn }] } : {}),
  };
}
