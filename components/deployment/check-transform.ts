import type * as aws from "@pulumi/aws";
import type { Strategy } from "../service/strategy/settings";
import type { Problem } from "../shared/errors";
import type { Transform } from "../shared/transform";

/**
 * ECS and CodeDeploy rewrite the actions of the rule when they shift traffic. A rule with more than a forward action would
 * lose the other actions. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
 */
export function checkRuleActions(
  strategy: Strategy,
  transform: Transform<aws.lb.ListenerRuleArgs> | undefined,
  path: string,
): Problem[] {
  const types = tried(transform, {
    actions: [{ type: "forward" }],
    conditions: [],
    listenerArn: "",
  })?.actions;
  const others = (Array.isArray(types) ? types : [])
    .map((action: object) => Reflect.get(action, "type"))
    .filter((type) => typeof type === "string" && type !== "forward");
  if (strategy.type === "rolling" || others.length === 0) {
    return [];
  }
  return [
    {
      path,
      value: others,
      allowed: `a rule with only a forward action: under ${strategy.type}, each deployment rewrites the rule's actions`,
      fix: "authenticate in the application, or use rolling",
    },
  ];
}

/** ECS refuses alarms on a CODE_DEPLOY service. They belong on the deployment group. */
export function checkServiceAlarms(
  strategy: Strategy,
  transform: Transform<aws.ecs.ServiceArgs> | undefined,
  path: string,
): Problem[] {
  const alarms = tried(transform, { cluster: "", loadBalancers: [] })?.alarms;
  if (strategy.type !== "code-deploy" || alarms === undefined) {
    return [];
  }
  return [
    {
      path,
      value: alarms,
      allowed: "no alarms of the service: with code-deploy they belong to the deployment group",
      fix: "name them in strategy.alarms",
    },
  ];
}

/** The result of a transform for plain arguments; undefined if the transform needs more than these. */
function tried<Args>(transform: Transform<Args> | undefined, args: Args): Args | undefined {
  try {
    return transform?.(args);
  } catch {
    return undefined;
  }
}
