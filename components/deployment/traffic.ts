/** A target group and its share of a listener rule's requests. */
export interface Weight {
  readonly arn: string;
  readonly weight: number;
}

/** A rule's action as the provider returns it: with one target group, or with several and their weights. */
export interface RuleAction {
  readonly type: string;
  readonly targetGroupArn?: string;
  readonly forwards?: readonly { readonly targetGroups?: readonly Weight[] }[];
}

/** The target group to which a listener rule currently sends a service's requests. */
export interface Traffic {
  /** The target group that gets all requests, or most of them. */
  readonly targetGroup: string;
  /** The error message for an update if a deployment is shifting traffic; undefined if one group gets all requests. */
  readonly shifting?: string;
}

export function trafficOf(
  service: string,
  actions: readonly RuleAction[],
  groups: readonly string[],
): Traffic {
  const weights = weightsOf(actions)
    .filter(({ arn, weight }) => groups.includes(arn) && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  // If no group gets requests, somebody has changed the rule by hand. Then use the first group, as a new service does.
  const targetGroup = weights[0]?.arn ?? groups[0] ?? "";
  if (weights.length < 2) {
    return { targetGroup };
  }
  const shares = weights.map(({ arn, weight }) => `${nameOf(arn)}: ${weight}`).join(", ");
  return {
    targetGroup,
    shifting:
      `Service ${service}: a deployment is shifting its traffic (${shares}). ` +
      "An update now could send requests to tasks that are about to stop.\n" +
      "Wait until the deployment is over, or stop it (aws deploy stop-deployment, aws ecs stop-service-deployment). Then run this again.",
  };
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
