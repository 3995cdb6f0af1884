import assert from "node:assert/strict";
import { jobLimitWarning, waitMinutes } from "../../../../components/forecast/wait";
import { forecastDeployment, jobTimeoutMinutes } from "../../../../components/index";
import { resolveService } from "../../../../components/service/resolve";
import { checkMigration } from "../../../../components/service/tasks/migration";
import { taskOverrides } from "../../../../components/service/tasks/override";

const command = ["npm", "run", "migrate"];

describe("a service's migration", () => {
  it("has the service's size and 15 minutes by default", () => {
    const { migration } = resolveService({
      port: 80,
      cpu: 512,
      memory: 1024,
      migration: { command },
    });
    assert.deepEqual(migration, { command, cpu: 512, memory: 1024, timeoutMinutes: 15 });
    assert.equal(resolveService({ port: 80 }).migration, undefined);
  });

  it("overrides the main container's command and the task's size, which ECS takes as strings", () => {
    const overrides = taskOverrides("api", { command, cpu: 512, memory: 1024 });
    assert.deepEqual(JSON.parse(overrides), {
      containerOverrides: [{ name: "api", command }],
      cpu: "512",
      memory: "1024",
    });
  });

  it("may not be longer than the overrides that ECS accepts", () => {
    const size = { cpu: 256, memory: 512 };
    const check = (length: number) =>
      checkMigration({ command: ["x".repeat(length)] }, size, "migration").map(({ path }) => path);
    assert.deepEqual([check(7900), check(8000)], [[], ["migration.command"]]);
  });

  it("leaves the forecast as it is, and makes the job's limit longer, up to GitHub's", () => {
    const without = forecastDeployment({});
    const of = (timeoutMinutes: number, strategy = {}) =>
      forecastDeployment({ ...strategy, migration: { command, timeoutMinutes } });
    const short = of(12);
    assert.equal(short.expectedSeconds, without.expectedSeconds);
    assert.match(short.unknowns.at(-1) ?? "", /^how long the migration takes: at most 12 min/);
    assert.equal(jobTimeoutMinutes(short), jobTimeoutMinutes(without) + 15);
    assert.equal(jobLimitWarning(short), undefined);
    const long = of(300, { strategy: "linear" });
    assert.equal(jobTimeoutMinutes(long), 360);
    assert.equal(waitMinutes(long), 35);
    assert.match(jobLimitWarning(long) ?? "", /migration before it 300/);
  });
});
