import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ResolvedRule } from "../service/rule/settings";
import { canonicalConditions, sharedPriorities } from "../service/rule/shared-priority";
import { ifExists } from "../shared/if-exists";
import type { RulePlace } from "./existing";

/**
 * The provider retries a priority in use only if it may choose the priority itself, and then it takes the highest, which puts a
 * specific rule behind a general one (`retryListenerRuleCreate` in
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/elbv2/listener_rule.go). So the priority is chosen here.
 */

/** The tag by which a service finds its own rule again. */
export const ruleTag = "slipway:rule";

/** A rule on the listener, as this module reads it. */
export interface FoundRule {
  readonly arn: string;
  /** `<project>/<stack>/<service>`; undefined if Slipway did not create the rule. */
  readonly owner: string | undefined;
  /** The canonical form of its conditions; undefined if it has others than hosts and paths. */
  readonly conditions: string | undefined;
}

/** The rule with a priority; undefined if no rule has it. */
export type AskRule = (priority: number) => Promise<FoundRule | undefined>;

export interface Wanted {
  /** `<project>/<stack>/<service>` */
  readonly owner: string;
  readonly rule: ResolvedRule;
  /** Priorities that other services of this program get in this update. */
  readonly claimed: Set<number>;
}

/** Why a rule finds no place. */
export interface NoPlace {
  readonly reason: "same-requests" | "in-use" | "full";
  readonly priority: number;
  /** The rule that is in the way. */
  readonly by: FoundRule | undefined;
}

/** The rules at the priorities that a service's rule can have. */
export type RulesThere = ReadonlyMap<number, FoundRule | undefined>;

/** Finds the place of a service's rule: the one that it has, or the first free one. */
export async function findPlace(wanted: Wanted, ask: AskRule): Promise<RulePlace | NoPlace> {
  return choosePlace(wanted, await rulesThere(wanted, ask));
}

/** Depends on no other service, so all services can ask at the same time. */
export async function rulesThere(
  { owner, rule }: Omit<Wanted, "claimed">,
  ask: AskRule,
): Promise<RulesThere> {
  const [first = 0, ...others] = sharedPriorities(rule);
  const there = await ask(first);
  // The rule keeps its place when a rule before it is deleted, so all places are asked.
  const rest = there?.owner === owner ? [] : others;
  const found = await Promise.all(rest.map(async (at) => [at, await ask(at)] as const));
  return new Map([[first, there], ...found]);
}

/** Chooses the place, and claims it. */
export function choosePlace(
  { owner, rule, claimed }: Wanted,
  there: RulesThere,
): RulePlace | NoPlace {
  const candidates = sharedPriorities(rule);
  const [first = 0] = candidates;
  const held = [...there].find(([, one]) => one?.owner === owner)?.[0];
  const rival = [...there].find(
    ([, one]) => one && one.conditions === canonicalConditions(rule) && !isOfStack(one, owner),
  );
  if (rival) {
    return { reason: "same-requests", priority: rival[0], by: rival[1] };
  }
  const priority = held ?? candidates.find((at) => !there.get(at) && !claimed.has(at));
  if (priority === undefined) {
    const reason = rule.priority === undefined ? "full" : "in-use";
    return { reason, priority: first, by: there.get(first) };
  }
  claimed.add(priority);
  return { priority, held: held !== undefined, candidates };
}

/** A renamed service of the same stack: Pulumi deletes its old rule at the end of the update. */
function isOfStack({ owner }: FoundRule, other: string): boolean {
  return owner?.replace(/[^/]*$/, "") === other.replace(/[^/]*$/, "");
}

export function isPlace(found: RulePlace | NoPlace): found is RulePlace {
  return "held" in found;
}

/** Asks AWS for the rules of a listener. */
export function rulesOfListener(listenerArn: string, opts: pulumi.InvokeOptions): AskRule {
  return async (priority) => {
    const found = await ifExists(aws.lb.getListenerRule({ listenerArn, priority }, opts));
    return found && { arn: found.arn, owner: found.tags?.[ruleTag], conditions: textOf(found) };
  };
}

function textOf({ conditions = [] }: aws.lb.GetListenerRuleResult): string | undefined {
  const values = (key: "hostHeaders" | "pathPatterns") =>
    conditions.flatMap((condition) => condition[key] ?? []);
  const [hosts, paths] = [values("hostHeaders"), values("pathPatterns")];
  // Another condition, or a regular expression, selects fewer requests.
  const only =
    conditions.every(({ hostHeaders, pathPatterns }) => hostHeaders ?? pathPatterns) &&
    [...hosts, ...paths].every(({ regexValues }) => !regexValues?.length);
  return only
    ? canonicalConditions({
        hostHeaders: hosts.flatMap((one) => one.values),
        pathPatterns: paths.flatMap((one) => one.values),
        priority: undefined,
      })
    : undefined;
}
