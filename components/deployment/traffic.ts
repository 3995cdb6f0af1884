import * as pulumi from "@pulumi/pulumi";

/** A target group and its share of a listener rule's requests. */
export interface Weight {
  readonly arn: string;
  readonly weight: number;
}

/** What the provider tells of a rule's action: one target group, or several by weight. */
export interface RuleAction {
  readonly type: string;
  readonly targetGroupArn?: string;
  readonly forwards?: readonly { readonly targetGroups?: readonly Weight[] }[];
}

/**
 * Which of a service's target groups gets its requests now. Between deployments it is one of them.
 *
 * @throws RunError while a deployment shifts traffic from one to the other
 */
export function productionTargetGroup(
  service: string,
  actions: readonly RuleAction[],
  groups: readonly string[],
): string {
  const weights = weightsOf(actions).filter(
    ({ arn, weight }) => groups.includes(arn) && weight > 0,
  );
  const [first, second] = weights;
  if (first && second) {
    throw new pulumi.RunError(
      `Service ${service}: a deployment is shifting its traffic (${weights.map(({ arn, weight }) => `${nameOf(arn)}: ${weight}`).join(", ")}). ` +
        "An update now could send requests to tasks that are about to go, so the service is left as it is.\n" +
        "Wait until the deployment is over, or stop it (aws deploy stop-deployment, aws ecs stop-service-deployment), and run this again.",
    );
  }
  // A rule that sends everything elsewhere is somebody's repair by hand: the first group is where a service begins.
  return first?.arn ?? groups[0] ?? "";
}

function weightsOf(actions: readonly RuleAction[]): Weight[] {
  return actions
    .filter(({ type }) => type === "forward")
    .flatMap(({ targetGroupArn, forwards = [] }) => {
      const weighted = forwards.flatMap(({ targetGroups = [] }) => targetGroups);
      return weighted.length > 0 || !targetGroupArn
        ? weighted
        : [{ arn: targetGroupArn, weight: 1 }];
    });
}

function nameOf(targetGroupArn: string): string {
  return targetGroupArn.split("/")[1] ?? targetGroupArn;
}
