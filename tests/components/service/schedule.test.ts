import assert from "node:assert/strict";
import { schedule } from "../../../components/service/schedule";

describe("a schedule", () => {
  for (const text of [
    "cron(0 3 * * ? *)",
    "cron(0/15 8-18 ? * MON-FRI 2026-2030)",
    "cron(5,35 0 1,15 JAN,jul ? *)",
    "cron(0 0 L * ? *)",
    "cron(0 0 15W * ? *)",
    "cron(0 0 ? * 6#3 *)",
    "cron(*/5 * ? * 2L *)",
    "rate(1 minute)",
    "rate(5 minutes)",
    "at(2026-12-24T18:00:00)",
  ]) {
    it(`can be ${text}`, () => assert.equal(schedule.valid(text), true));
  }

  for (const [text, why] of [
    ["cron(0 3 * * *)", "five fields"],
    ["cron(0 3 * * * *)", "no question mark"],
    ["cron(0 3 ? * ? *)", "two question marks"],
    ["cron(60 3 * * ? *)", "no such minute"],
    ["cron(0 24 * * ? *)", "no such hour"],
    ["cron(0 3 0 * ? *)", "no such day"],
    ["cron(0 3 * 13 ? *)", "no such month"],
    ["cron(0 3 ? * 0 *)", "days of the week begin with 1"],
    ["cron(0 3 ? * MO *)", "no such name"],
    ["cron(0 3 * * ? 1969)", "no such year"],
    ["cron(0/0 3 * * ? *)", "no step"],
    ["cron(0 3  * * ? *)", "two spaces"],
    ["cron(0 3 L-3-1 * ? *)", "two hyphens"],
    ["rate(1 days)", "one and a plural"],
    ["rate(5 minute)", "five and a singular"],
    ["rate(0 minutes)", "zero"],
    ["rate(1 week)", "no such unit"],
    ["at(2026-13-24T18:00:00)", "no such month"],
    ["0 3 * * *", "not AWS's form"],
  ] as const) {
    it(`cannot be ${text}: ${why}`, () => assert.equal(schedule.valid(text), false));
  }
});
