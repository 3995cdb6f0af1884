import assert from "node:assert/strict";
import { type GuardAlarm, guardAlarms } from "../../../components/deployment/guard-alarms";
import type { GuardsArgs } from "../../../components/index";
import { resolveExits, resolveGuards } from "../../../components/service/guards/settings";

type Minute = Readonly<Record<string, number>>;

/** The metrics of a target group, one value for each minute. The load balancer did not report a missing value. */
interface Group {
  readonly requests?: readonly number[];
  readonly errors?: readonly number[];
  readonly seconds?: readonly number[];
  readonly hosts?: readonly number[];
}

function alarm(name: GuardAlarm["name"], groups: 1 | 2, args: GuardsArgs = {}, grace = 60) {
  const found = guardAlarms(resolveGuards(args, grace), groups).find((one) => one.name === name);
  assert.ok(found, `no alarm ${name}`);
  return found;
}

/**
 * The minute in which an alarm fires, as CloudWatch evaluates it; undefined if it never does.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
function firesAt(guard: GuardAlarm, groups: readonly Group[]): number | undefined {
  const ids = guard.metrics.map(({ id }) => id);
  const value = new Function("FILL", "IF", "MAX", ...ids, `return ${guard.expression}`);
  const fill = (metric: number | undefined, other: number) => metric ?? other;
  const choose = (condition: boolean, yes: number, no: number) => (condition ? yes : no);
  const most = (values: number[]) => Math.max(...values);
  const minutes = Math.max(...groups.flatMap((group) => Object.values(group)).map((s) => s.length));
  const breaches: boolean[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const reported: Minute = Object.fromEntries(
      groups.flatMap((group, i) =>
        Object.entries(group as Record<string, number[]>)
          .filter(([, series]) => series[minute])
          .map(([id, series]) => [`${id}${i + 1}`, series[minute] ?? 0]),
      ),
    );
    const result = Number(value(fill, choose, most, ...ids.map((id) => reported[id])));
    const above = guard.comparisonOperator === "GreaterThanThreshold";
    breaches.push(above ? result > guard.threshold : result >= guard.threshold);
    const seen = breaches.slice(-guard.evaluationPeriods).filter(Boolean).length;
    if (seen >= guard.datapointsToAlarm) {
      return minute;
    }
  }
  return undefined;
}

const each = (minutes: number, value: number) => Array.from({ length: minutes }, () => value);

describe("guardAlarms", () => {
  const canary = { requests: each(5, 5), errors: each(5, 5) };
  const rest = { requests: each(5, 95) };
  const table: [string, GuardAlarm, Group[], number | undefined][] = [
    ["a release that always answers wrongly", alarm("errors", 1), [canary], 1],
    ["a canary of 5 % that is wrong", alarm("errors", 2), [rest, canary], 1],
    ["the same in the other target group", alarm("errors", 2), [canary, rest], 1],
    ["no requests at all", alarm("errors", 2), [{ requests: each(9, 0) }, {}], undefined],
    [
      "one error among three requests, minute after minute",
      alarm("errors", 1),
      [{ requests: each(9, 3), errors: each(9, 1) }],
      undefined,
    ],
    [
      "three errors among three requests, minute after minute",
      alarm("errors", 1),
      [{ requests: each(9, 3), errors: each(9, 3) }],
      1,
    ],
    [
      "a dependency that fails for a minute",
      alarm("errors", 1),
      [{ requests: each(9, 100), errors: [0, 0, 100, 0, 0, 0, 0, 0, 0] }],
      undefined,
    ],
    [
      "a dependency that fails every other minute, for old and new tasks alike",
      alarm("errors", 2),
      [
        { requests: each(9, 95), errors: [0, 50, 0, 50, 0, 0, 0, 0, 0] },
        { requests: each(9, 5), errors: [0, 3, 0, 3, 0, 0, 0, 0, 0] },
      ],
      3,
    ],
    [
      "one error in a hundred",
      alarm("errors", 1),
      [{ requests: each(9, 1000), errors: each(9, 10) }],
      undefined,
    ],
    [
      "one error in ninety",
      alarm("errors", 1),
      [{ requests: each(9, 900), errors: each(9, 10) }],
      1,
    ],
    [
      "a higher threshold",
      alarm("errors", 1, { errors: { percent: 2 } }),
      [{ requests: each(9, 900), errors: each(9, 10) }],
      undefined,
    ],
    ["slow answers", alarm("latency", 1), [{ requests: each(9, 10), seconds: each(9, 6) }], 2],
    [
      "slow answers to a few requests",
      alarm("latency", 1),
      [{ requests: each(9, 9), seconds: each(9, 60) }],
      undefined,
    ],
    [
      "first answers that are slow",
      alarm("latency", 2),
      [{ requests: each(9, 90), seconds: [1, 9, 9, 1, 1, 1, 1, 1, 1] }, {}],
      undefined,
    ],
    ["a task that stays unhealthy", alarm("unhealthyHosts", 2), [{}, { hosts: each(9, 1) }], 2],
    [
      "a task that starts slowly, as long as its grace period allows",
      alarm("unhealthyHosts", 1, {}, 240),
      [{ hosts: [0, 1, 1, 1, 1, 0, 0, 0, 0] }],
      undefined,
    ],
    [
      "batches of such tasks",
      alarm("unhealthyHosts", 1),
      [{ hosts: [1, 0, 1, 0, 1, 0, 1, 0, 1] }],
      undefined,
    ],
    [
      "one unhealthy task of three, if two are needed",
      alarm("unhealthyHosts", 1, { unhealthyHosts: { count: 2 } }),
      [{ hosts: each(9, 1) }],
      undefined,
    ],
  ];
  for (const [what, guard, groups, minute] of table) {
    it(`${minute === undefined ? "accepts" : "fires for"} ${what}`, () => {
      assert.equal(firesAt(guard, groups), minute);
    });
  }

  /** The minute in which the guard of exits fires. In each minute, CloudWatch sums the last four minutes. */
  function exitsFireAt(exits: readonly number[], desiredCount: number): number | undefined {
    const { exits: guard } = resolveExits({}, desiredCount);
    assert.ok(guard, "the guard of exits is on by default");
    const { count, evaluationPeriods } = guard;
    const fires = exits.findIndex((_, minute) => {
      const last = exits.slice(Math.max(0, minute + 1 - evaluationPeriods), minute + 1);
      return last.reduce((sum, number) => sum + number, 0) >= count;
    });
    return fires === -1 ? undefined : fires;
  }

  const exits: [string, tasks: number, exits: number[], number | undefined][] = [
    ["the only task exits every other minute", 1, [1, 0, 1, 0, 1], 2],
    ["both tasks exit every other minute", 2, [2, 0, 2, 0], 2],
    ["one of two tasks exits every minute", 2, [1, 1, 1, 1], 2],
    ["the only task exits once", 1, [0, 1, 0, 0, 0, 0], undefined],
    ["the only task exits every five minutes", 1, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], undefined],
    ["all tasks exit once, because of a dependency", 6, [0, 6, 0, 0, 0, 0], undefined],
    ["all tasks exit twice in a row, because it is still gone", 6, [0, 6, 6, 0, 0], 2],
    ["a tenth of many tasks exits", 100, [0, 10, 0], 1],
    ["a few of many tasks exit", 100, [3, 2, 2, 2], undefined],
  ];
  for (const [what, tasks, series, minute] of exits) {
    it(`${minute === undefined ? "accepts that" : "fires if"} ${what}`, () => {
      assert.equal(exitsFireAt(series, tasks), minute);
    });
  }

  it("reads at most ten metrics in an alarm, and one line of an expression, as CloudWatch allows", () => {
    for (const { metrics, expression } of guardAlarms(resolveGuards({}, 60), 2)) {
      assert.ok(metrics.length <= 10 && expression.length <= 1024, expression);
    }
  });
});
