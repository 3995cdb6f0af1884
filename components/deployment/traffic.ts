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

/** Where a service's requests go now. */
export interface Traffic {
  /** The target group that gets them, or most of them. */
  readonly targetGroup: string;
  /** Between deployments one group gets all. While one shifts traffic: what to tell whoever wants to update. */
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
  // A rule that sends everything elsewhere is somebody's repair by hand: the first group is where a service begins.
  const targetGroup = weights[0]?.arn ?? groups[0] ?? "";
  if (weights.length < 2) {
    return { targetGroup };
  }
  const shares = weights.map(({ arn, weight }) => `${nameOf(arn)}: ${weight}`).join(", ");
  return {
    targetGroup,
    shifting:
      `Service ${service}: a deployment is shifting its traffic (${shares}). ` +
      "An update now could send requests to tasks that are about to go.\n" +
      "Wait until the deployment is over, or stop it (aws deploy stop-deployment, aws ecs stop-service-deployment), and run this again.",
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
