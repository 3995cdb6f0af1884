import assert from "node:assert/strict";
import type { HealthCheckArgs } from "../../../components/index";
import { checkHealthCheck, resolveHealthCheck } from "../../../components/service/health-check";
import { withoutReads } from "../../harness";

describe("checkHealthCheck", () => {
  const table: [HealthCheckArgs, object[]][] = [
    [{}, []],
    [{ path: "/health?deep=1", matcher: "200,204-206" }, []],
    [
      { path: "health" },
      [
        {
          path: "check.path",
          value: "health",
          allowed: "a path that starts with /, without spaces, at most 1024 characters",
          fix: "write /health",
        },
      ],
    ],
    [
      { path: "/a b" },
      [
        {
          path: "check.path",
          value: "/a b",
          allowed: "a path that starts with /, without spaces, at most 1024 characters",
          fix: "escape other characters",
        },
      ],
    ],
    [
      { matcher: "2xx" },
      [
        {
          path: "check.matcher",
          value: "2xx",
          allowed: "status codes from 200 to 499: one, a range (200-299) or a list (200,204)",
          fix: 'write it as a string, for example "200-299"',
        },
      ],
    ],
    [
      { interval: 5 },
      [
        {
          path: "check.timeout",
          value: 5,
          allowed: "less than the interval of 5 s",
          fix: "set timeout to 4 or raise interval",
        },
      ],
    ],
    [
      { interval: 301, timeout: 1, healthyThreshold: 11, unhealthyThreshold: 1 },
      [
        {
          path: "check.interval",
          value: 301,
          allowed: "a whole number from 5 to 300 (seconds)",
          fix: "the nearest is 300",
        },
        {
          path: "check.timeout",
          value: 1,
          allowed: "a whole number from 2 to 120 (seconds)",
          fix: "the nearest is 2",
        },
        {
          path: "check.healthyThreshold",
          value: 11,
          allowed: "a whole number from 2 to 10 (checks)",
          fix: "the nearest is 10",
        },
        {
          path: "check.unhealthyThreshold",
          value: 1,
          allowed: "a whole number from 2 to 10 (checks)",
          fix: "the nearest is 2",
        },
      ],
    ],
  ];
  for (const [args, problems] of table) {
    it(`${problems.length === 0 ? "accepts" : "refuses"} ${JSON.stringify(args)}`, async () => {
      assert.deepEqual(withoutReads(checkHealthCheck(resolveHealthCheck(args), "check")), problems);
    });
  }
});
