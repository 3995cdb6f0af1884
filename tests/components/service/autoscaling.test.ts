import assert from "node:assert/strict";
import type { AutoscalingArgs } from "../../../components/index";
import { checkAutoscaling } from "../../../components/service/autoscaling";
import { withoutReads } from "../../harness";

const bounds = { minCapacity: 1, maxCapacity: 4 };

describe("checkAutoscaling", () => {
  const action = { name: "a", schedule: "rate(1 day)", minCapacity: 1 };
  const table: [AutoscalingArgs, object[]][] = [
    [{ ...bounds, scheduledActions: [action] }, []],
    [{ minCapacity: 2, maxCapacity: 2 }, []],
    [
      { minCapacity: 5, maxCapacity: 4 },
      [
        {
          path: "scaling.minCapacity",
          value: 5,
          allowed: "at most maxCapacity, which is 4",
          fix: "lower minCapacity or raise maxCapacity to 5",
        },
      ],
    ],
    [
      { ...bounds, cpuUtilization: 101 },
      [
        {
          path: "scaling.cpuUtilization",
          value: 101,
          allowed: "a whole number from 1 to 100 (percent)",
          fix: "the nearest is 100",
        },
      ],
    ],
    [
      { ...bounds, scheduledActions: [action, { ...action, schedule: "every day" }] },
      [
        {
          path: "scaling.scheduledActions[1].schedule",
          value: "every day",
          allowed:
            "cron(minutes hours day-of-month month day-of-week year) with ? for one of the two days, rate(…) or at(…)",
          fix: "for example cron(0 8 ? * MON-FRI *), rate(1 day), rate(5 minutes) or at(2026-12-24T18:00:00)",
        },
        {
          path: "scaling.scheduledActions[1].name",
          value: "a",
          allowed:
            "a name that no other scheduled action of the service has: scaling.scheduledActions[0].name is the same",
          fix: "rename one of them",
        },
      ],
    ],
    [
      { ...bounds, scheduledActions: [{ name: "a", schedule: "rate(1 day)" }] },
      [
        {
          path: "scaling.scheduledActions[0]",
          value: { name: "a", schedule: "rate(1 day)" },
          allowed: "a minCapacity, a maxCapacity or both",
          fix: "add at least one of them",
        },
      ],
    ],
  ];
  for (const [args, problems] of table) {
    it(`${problems.length === 0 ? "accepts" : "refuses"} ${JSON.stringify(args)}`, async () => {
      assert.deepEqual(withoutReads(checkAutoscaling(args, "scaling")), problems);
    });
  }
});
