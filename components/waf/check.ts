import { checkRange, checkString, checkUnique } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import { checkRetention } from "../shared/log-retention";
import type { Unchecked } from "../shared/unchecked";
import { countries } from "./countries";
import { groupCapacities, includedCapacity, planRules } from "./plan";
import type { ManagedRuleGroupArgs, WafSettings } from "./settings";

type Settings = Unchecked<Omit<WafSettings, "rateLimit">> & {
  readonly rateLimit?: false | Unchecked<Exclude<WafSettings["rateLimit"], false>>;
};

export function checkWaf(settings: Settings, path: string): Problem[] {
  const { allowedCountries, blockedCountries, managedRuleGroups, rateLimit, logging } = settings;
  const { limit, evaluationWindowSec } = rateLimit || {};
  return [
    ...checkGroups(managedRuleGroups ?? [], `${path}.managedRuleGroups`),
    ...checkCapacity(settings, path),
    ...checkRange(
      `${path}.rateLimit.limit`,
      limit,
      [10, 2_000_000_000],
      "requests; 10 is WAF's least",
    ),
    ...checkWindow(evaluationWindowSec, `${path}.rateLimit.evaluationWindowSec`),
    ...checkCountries(allowedCountries, `${path}.allowedCountries`),
    ...checkCountries(blockedCountries, `${path}.blockedCountries`),
    ...(allowedCountries && blockedCountries
      ? [
          {
            path: `${path}.blockedCountries`,
            value: blockedCountries,
            allowed: "nothing together with allowedCountries: all other countries are blocked",
            fix: "remove one of the two lists",
            reads: [`${path}.allowedCountries`],
          },
        ]
      : []),
    ...checkRetention(logging?.retentionInDays, `${path}.logging.retentionInDays`),
    ...checkKmsKey(logging?.kmsKeyArn, `${path}.logging.kmsKeyArn`),
  ];
}

function checkGroups(groups: NonNullable<Settings["managedRuleGroups"]>, path: string): Problem[] {
  return [
    ...checkUnique(
      groups.map((group) => group?.name),
      (i) => `${path}[${i}].name`,
      { allowed: (first) => `each group once: ${first} is the same`, fix: "remove one of them" },
    ),
    ...groups.flatMap((group, i) =>
      (group?.countRules ?? []).flatMap((rule, j) =>
        // https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleActionOverride.html
        checkString(`${path}[${i}].countRules[${j}]`, rule, {
          valid: /^[\w-]{1,128}$/,
          allowed: "the name of a rule in the group, for example SizeRestrictions_BODY",
          fix: `aws wafv2 describe-managed-rule-group --scope REGIONAL --vendor-name AWS --name ${group?.name} lists them`,
        }),
      ),
    ),
  ];
}

/** WAF takes up to 5000 units, but at a higher price for each request. */
function checkCapacity({ managedRuleGroups = [], ...settings }: Settings, path: string): Problem[] {
  const groups = managedRuleGroups.filter(isNamed);
  const needed = planRules({ ...settings, managedRuleGroups: groups } as WafSettings).reduce(
    (sum, { capacity }) => sum + capacity,
    0,
  );
  if (needed <= includedCapacity) {
    return [];
  }
  const each = groups.map(({ name }) => `${name} ${groupCapacities[name]}`);
  return [
    {
      path: `${path}.managedRuleGroups`,
      value: groups.map(({ name }) => name),
      allowed: `rules that need at most ${includedCapacity} capacity units (WCU) together: these need ${needed}, and AWS charges more for each request`,
      fix: `remove groups that do not fit the application: ${each.join(", ")}`,
      reads: [`${path}.rateLimit`, `${path}.allowedCountries`, `${path}.blockedCountries`],
    },
  ];
}

function isNamed(
  group: Unchecked<ManagedRuleGroupArgs> | undefined,
): group is ManagedRuleGroupArgs {
  return group?.name !== undefined && group.name in groupCapacities;
}

/** https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html */
function checkWindow(seconds: number | undefined, path: string): Problem[] {
  const windows = [60, 120, 300, 600];
  return seconds === undefined || windows.includes(seconds)
    ? []
    : [
        {
          path,
          value: seconds,
          allowed: `one of WAF's windows: ${windows.join(", ")} seconds`,
          fix: `set it to ${windows.find((known) => known > seconds) ?? 600}`,
        },
      ];
}

function checkCountries(
  codes: readonly (string | undefined)[] | undefined,
  path: string,
): Problem[] {
  if (codes?.length === 0) {
    return [
      {
        path,
        value: codes,
        allowed: "at least one country",
        fix: "add one, for example DE, or remove the list",
      },
    ];
  }
  return [
    ...(codes ?? []).flatMap((code, i) =>
      checkString(`${path}[${i}]`, code, {
        valid: (text) => countries.has(text),
        allowed: "the two letters of a country in ISO 3166-1, for example DE",
        fix: (text) =>
          countries.has(text.toUpperCase())
            ? `write ${text.toUpperCase()}`
            : "correct it; the United Kingdom is GB, and Greece is GR",
      }),
    ),
    ...checkUnique(codes ?? [], (i) => `${path}[${i}]`, {
      allowed: (first) => `each country once: ${first} is the same`,
      fix: "remove one of them",
    }),
  ];
}
