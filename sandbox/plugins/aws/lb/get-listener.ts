/** Reads a listener by its ARN, or by its load balancer and port. */
import type { Action, Listener } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { types } from "@pulumi/aws";
import type * as lb from "@pulumi/aws/lb";
import type { AwsContext } from "../context";
import { invoke } from "../definition";
import { client, tagsOf } from "./common";
import { ruleActions } from "./get-listener-rule";

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/lb/getlistener/, and
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/elbv2/listener_data_source.go
 */
export const getListener = invoke<lb.GetListenerArgs, lb.GetListenerResult>({
  type: "aws:lb/getListener:getListener",
  args: ["arn", "loadBalancerArn", "port"],
  async run(aws, args) {
    const [found, ...others] = await find(aws, args);
    const arn = found?.ListenerArn;
    if (!found || !arn || others.length > 0) {
      const count = found ? 1 + others.length : 0;
      throw new Error(`Search returned ${count} results, please revise so only one is returned`);
    }
    return {
      id: arn,
      arn,
      alpnPolicy: "",
      certificateArn: found.Certificates?.[0]?.CertificateArn ?? "",
      defaultActions: (found.DefaultActions ?? []).map(defaultAction),
      loadBalancerArn: found.LoadBalancerArn ?? "",
      mutualAuthentications: [],
      port: Number(found.Port),
      protocol: found.Protocol ?? "",
      region: aws.region,
      sslPolicy: found.SslPolicy ?? "",
      tags: { ...(await tagsOf(aws, arn)) },
    };
  },
});

async function find(
  aws: AwsContext,
  { arn, loadBalancerArn, port }: lb.GetListenerArgs,
): Promise<Listener[]> {
  if (arn === undefined && (loadBalancerArn === undefined || port === undefined)) {
    throw new Error("both load_balancer_arn and port must be set");
  }
  const wanted = arn ? { ListenerArns: [arn] } : { LoadBalancerArn: loadBalancerArn };
  const { Listeners = [] } = await client(aws)
    .describeListeners(wanted)
    .catch((error) => {
      throw new Error(`reading Listener: ${error.message}`, { cause: error });
    });
  return port === undefined ? Listeners : Listeners.filter((one) => Number(one.Port) === port);
}

/** The same as a rule's action, with an empty list for each kind that it is not, and the short form of a forward. */
function defaultAction(found: Action): types.output.lb.GetListenerDefaultAction {
  const [action] = ruleActions([found]);
  return {
    authenticateCognitos: [],
    authenticateOidcs: [],
    jwtValidations: [],
    order: found.Order ?? 0,
    targetGroupArn: found.TargetGroupArn ?? "",
    type: found.Type ?? "",
    fixedResponses: (action?.fixedResponses ?? []).map((response) => ({
      contentType: response.contentType,
      messageBody: response.messageBody,
      statusCode: response.statusCode,
    })),
    forwards: (action?.forwards ?? []).map((forward) => ({
      stickinesses: forward.stickinesses ?? [],
      targetGroups: forward.targetGroups ?? [],
    })),
    redirects: action?.redirects ?? [],
  };
}
