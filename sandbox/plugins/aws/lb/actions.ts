/**
 * Actions of listeners and rules: forward to one target group or to several by weight, redirect, fixed response, sign-in.
 *
 * AWS returns a forward to one target group in both of its forms; the plugin keeps the one that the program uses.
 */
import type { Action, ActionTypeEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { types } from "@pulumi/aws";
import { sameBlocks } from "../../kit/blocks";
import { fromAws, toPascal } from "../../kit/casing";
import type { PropertyRule, Resolved } from "../definition";

/** Listeners' default actions have the same shape. */
export type ActionArgs = Resolved<types.input.lb.ListenerRuleAction>;
type Forward = NonNullable<ActionArgs["forward"]>;

const supported = [
  ...["authenticate-cognito", "authenticate-oidc"],
  ...["forward", "redirect", "fixed-response"],
];

const session = {
  computed: ["onUnauthenticatedRequest"],
  defaults: {
    ...{ scope: "openid", sessionCookieName: "AWSELBAuthSessionCookie" },
    sessionTimeout: 604800,
  },
};

/** The defaults of a redirect, which change nothing. */
const KEPT = {
  ...{ host: "#{host}", path: "/#{path}", port: "#{port}" },
  ...{ protocol: "#{protocol}", query: "#{query}" },
};

const form = {
  members: [
    ...(["authenticateCognito", "authenticateOidc", "fixedResponse", "forward"] as const),
    ...(["order", "redirect", "targetGroupArn", "type"] as const),
  ],
  ordered: true,
  // "Optional" and "Computed": the position in the list, unless it is given.
  computed: ["order"],
  blocks: {
    authenticateCognito: session,
    authenticateOidc: session,
    fixedResponse: { computed: ["statusCode"] },
    forward: {
      // The diff is suppressed while the block is missing: AWS always returns one.
      computed: ["stickiness"],
      blocks: {
        stickiness: { defaults: { enabled: false } },
        targetGroups: { defaults: { weight: 1 } },
      },
    },
    redirect: { defaults: KEPT },
  },
};

const same = sameBlocks<ActionArgs[]>(form);

export const actionsRule: PropertyRule<ActionArgs[]> = {
  block: form,
  equal: (a, b) => same(a.map(asForward), b.map(asForward)),
  validate: (actions) => {
    const { type } = actions.find((action) => !supported.includes(action.type)) ?? {};
    return type && `the sandbox's load balancer has no action ${type}, but ${supported.join(", ")}`;
  },
};

/** `targetGroupArn` is the short form of a forward to one target group. */
function asForward({ targetGroupArn, ...action }: ActionArgs): ActionArgs {
  if (!targetGroupArn || action.type !== "forward") return action;
  return { ...action, forward: action.forward ?? { targetGroups: [{ arn: targetGroupArn }] } };
}

export function toActions(actions: readonly ActionArgs[]): Action[] {
  return actions.map((action, index) => {
    const { authenticateCognito: cognito, authenticateOidc: oidc } = action;
    const { fixedResponse, redirect } = action;
    const { forward } = asForward(action);
    return {
      Type: action.type as ActionTypeEnum,
      Order: action.order ?? index + 1,
      AuthenticateCognitoConfig: cognito && toPascal(cognito),
      AuthenticateOidcConfig: oidc && toPascal(oidc),
      FixedResponseConfig: fixedResponse && toPascal(fixedResponse),
      ForwardConfig: forward && toForward(forward),
      RedirectConfig: redirect && toPascal({ ...KEPT, ...redirect }),
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

/** @param known the actions in the state: AWS never returns the client's secret, so the provider keeps it */
export function fromActions(
  found: readonly Action[] = [],
  known: readonly ActionArgs[] = [],
): ActionArgs[] {
  const inOrder = [...found].sort((a, b) => (a.Order ?? 0) - (b.Order ?? 0));
  return inOrder.map((action, index) => ({
    type: action.Type ?? "",
    order: action.Order ?? index + 1,
    ...fromForward(action),
    ...fromBlocks(action),
    ...fromSignIn(action, known[index]),
  }));
}

function fromBlocks({
  FixedResponseConfig: fixed,
  RedirectConfig: redirect,
}: Action): Partial<ActionArgs> {
  return {
    ...(fixed && { fixedResponse: { contentType: "", ...fromAws(fixed) } }),
    ...(redirect && { redirect: { statusCode: "", ...KEPT, ...fromAws(redirect) } }),
  };
}

function fromSignIn(
  { AuthenticateCognitoConfig: cognito, AuthenticateOidcConfig: oidc }: Action,
  known: ActionArgs | undefined,
): Partial<ActionArgs> {
  const { clientSecret = "" } = known?.authenticateOidc ?? {};
  return {
    ...(cognito && { authenticateCognito: fromAws(cognito) as ActionArgs["authenticateCognito"] }),
    ...(oidc && {
      authenticateOidc: { ...fromAws(oidc), clientSecret } as ActionArgs["authenticateOidc"],
    }),
  };
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
