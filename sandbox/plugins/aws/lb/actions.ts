/**
 * Actions of listeners and rules: forward to one target group or to several by weight, redirect, fixed response.
 *
 * AWS answers a forward to one target group in both of its forms; the one that the program uses is kept.
 */
import type { Action, ActionTypeEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { types } from "@pulumi/aws";
import { sameBlocks } from "../blocks";
import type { PropertyRule, Resolved } from "../definition";

/** Listeners' default actions are of the same shape. */
export type ActionArgs = Resolved<types.input.lb.ListenerRuleAction>;
type Forward = NonNullable<ActionArgs["forward"]>;

const supported = ["forward", "redirect", "fixed-response"];

const same = sameBlocks<ActionArgs[]>({
  ordered: true,
  // "Optional" and "Computed": their number in the list, unless it is given.
  computed: ["order"],
  blocks: {
    fixedResponse: { computed: ["statusCode"] },
    forward: {
      // Suppressed while the block is missing: AWS always returns one.
      computed: ["stickiness"],
      blocks: { targetGroups: { defaults: { weight: 1 } } },
    },
    redirect: {
      defaults: {
        host: "#{host}",
        path: "/#{path}",
        port: "#{port}",
        protocol: "#{protocol}",
        query: "#{query}",
      },
    },
  },
});

export const actionsRule: PropertyRule<ActionArgs[]> = {
  members: ["fixedResponse", "forward", "order", "redirect", "targetGroupArn", "type"],
  equal: (a, b) => same(a.map(asForward), b.map(asForward)),
  validate: (actions) => {
    const { type } = actions.find((action) => !supported.includes(action.type)) ?? {};
    return type && `the sandbox's load balancer has no action ${type}, but ${supported.join(", ")}`;
  },
};

/** `targetGroupArn` is short for a forward to one target group. */
function asForward({ targetGroupArn, ...action }: ActionArgs): ActionArgs {
  if (!targetGroupArn || action.type !== "forward") return action;
  return { ...action, forward: action.forward ?? { targetGroups: [{ arn: targetGroupArn }] } };
}

export function toActions(actions: readonly ActionArgs[]): Action[] {
  return actions.map((action, index) => {
    const { fixedResponse, redirect } = action;
    const { forward } = asForward(action);
    return {
      Type: action.type as ActionTypeEnum,
      Order: action.order ?? index + 1,
      FixedResponseConfig: fixedResponse && {
        ContentType: fixedResponse.contentType,
        MessageBody: fixedResponse.messageBody,
        StatusCode: fixedResponse.statusCode,
      },
      ForwardConfig: forward && toForward(forward),
      RedirectConfig: redirect && {
        Host: redirect.host ?? "#{host}",
        Path: redirect.path ?? "/#{path}",
        Port: redirect.port ?? "#{port}",
        Protocol: redirect.protocol ?? "#{protocol}",
        Query: redirect.query ?? "#{query}",
        StatusCode: redirect.statusCode as "HTTP_301" | "HTTP_302",
      },
    };
  });
}

function toForward({ stickiness, targetGroups }: Forward) {
  return {
    TargetGroups: targetGroups.map(({ arn, weight = 1 }) => ({
      TargetGroupArn: arn,
      Weight: weight,
    })),
    TargetGroupStickinessConfig: stickiness && {
      Enabled: stickiness.enabled ?? false,
      DurationSeconds: stickiness.duration,
    },
  };
}

export function fromActions(found: readonly Action[] = []): ActionArgs[] {
  const inOrder = [...found].sort((a, b) => (a.Order ?? 0) - (b.Order ?? 0));
  return inOrder.map((action, index) => ({
    type: action.Type ?? "",
    order: action.Order ?? index + 1,
    ...fromForward(action),
    ...fromFixedResponse(action),
    ...fromRedirect(action),
  }));
}

function fromForward({ ForwardConfig: config, TargetGroupArn, Type }: Action): Partial<ActionArgs> {
  if (Type !== "forward") return {};
  const groups = config?.TargetGroups ?? [{ TargetGroupArn }];
  const { Enabled: enabled, DurationSeconds } = config?.TargetGroupStickinessConfig ?? {};
  if (groups.length === 1 && !enabled) return { targetGroupArn: groups[0]?.TargetGroupArn ?? "" };
  const targetGroups = groups.map(({ TargetGroupArn: arn = "", Weight: weight = 1 }) => ({
    arn,
    weight: Number(weight),
  }));
  const duration = Number(DurationSeconds ?? 0);
  return { forward: { targetGroups, ...(enabled ? { stickiness: { enabled, duration } } : {}) } };
}

function fromFixedResponse({ FixedResponseConfig: config }: Action): Partial<ActionArgs> {
  if (!config) return {};
  const { ContentType: contentType = "", MessageBody, StatusCode } = config;
  return {
    fixedResponse: {
      contentType,
      ...(MessageBody === undefined ? {} : { messageBody: MessageBody }),
      ...(StatusCode === undefined ? {} : { statusCode: StatusCode }),
    },
  };
}

function fromRedirect({ RedirectConfig: config }: Action): Partial<ActionArgs> {
  if (!config) return {};
  return {
    redirect: {
      host: config.Host ?? "#{host}",
      path: config.Path ?? "/#{path}",
      port: config.Port ?? "#{port}",
      protocol: config.Protocol ?? "#{protocol}",
      query: config.Query ?? "#{query}",
      statusCode: config.StatusCode ?? "",
    },
  };
}
