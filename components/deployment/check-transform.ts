import type * as aws from "@pulumi/aws";
import type { Strategy } from "../service/strategy";
import type { Problem } from "../shared/errors";
import type { Transform } from "../shared/transform";

/**
 * ECS rewrites the actions of the rule that it shifts, and CodeDeploy too: one that does more than forward would lose the
 * rest. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
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
      allowed: `a rule that forwards and does nothing else: under ${strategy.type} the deployment rewrites its actions`,
      fix: "authenticate in the application, or use rolling",
    },
  ];
}

/** Alarms of a CODE_DEPLOY service belong on the deployment group; the service's own are refused by ECS. */
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

/** What a transform makes of plain arguments; nothing, if it needs more than these. */
function tried<Args>(transform: Transform<Args> | undefined, args: Args): Args | undefined {
  try {
    return transform?.(args);
  } catch {
    return undefined;
  }
}
