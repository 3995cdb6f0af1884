/** Listeners. */
import type { ProtocolEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as lb from "@pulumi/aws/lb";
import { type Resolved, resource } from "../definition";
import { actionsRule, fromActions, toActions } from "./actions";
import { client, tagged, tagging, tagsOf } from "./common";

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/lb/listener/. Only another load balancer forces a new one; ports are
 * unique on a load balancer, so the order of changes matters to AWS alone.
 */
export const listener = resource<lb.ListenerArgs, lb.ListenerState>({
  type: "aws:lb/listener:Listener",
  properties: {
    certificateArn: {},
    defaultActions: actionsRule,
    loadBalancerArn: { replace: true },
    port: {},
    protocol: { computed: true },
    sslPolicy: { computed: true },
  },
  outputs: { arn: "stable" },
  tagging: tagging<lb.ListenerState>(),
  async create(aws, inputs, tags) {
    const { Listeners: [created] = [] } = await client(aws).createListener({
      LoadBalancerArn: inputs.loadBalancerArn,
      ...request(inputs),
      ...tagged(tags),
    });
    return created?.ListenerArn ?? "";
  },
  async read(aws, { id }) {
    const { Listeners: [found] = [] } = await client(aws).describeListeners({ ListenerArns: [id] });
    if (!found) return undefined;
    return {
      properties: {
        arn: found.ListenerArn,
        certificateArn: found.Certificates?.[0]?.CertificateArn,
        defaultActions: fromActions(found.DefaultActions),
        loadBalancerArn: found.LoadBalancerArn,
        port: found.Port,
        protocol: found.Protocol,
        sslPolicy: found.Protocol === "HTTPS" ? found.SslPolicy : "",
      },
      tags: await tagsOf(aws, id),
    };
  },
  async update(aws, ListenerArn, inputs) {
    await client(aws).modifyListener({ ListenerArn, ...request(inputs) });
  },
  async delete(aws, { id }) {
    await client(aws).deleteListener({ ListenerArn: id });
  },
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
