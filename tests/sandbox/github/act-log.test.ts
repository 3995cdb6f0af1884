import assert from "node:assert/strict";
import { Log } from "../../../sandbox/github/act-log";

describe("the log of a run", () => {
  it("has the errors of the steps after the one that failed, also if a step's line comes late", () => {
    const log = new Log();
    const begin = (step: string) => {
      log.add(JSON.stringify({ step, stage: "Main", stepID: ["1"], msg: `Run Main ${step}` }));
    };
    const error = (step: string, text: string) => {
      log.add(JSON.stringify({ step, stage: "Main", msg: `  ❗  ::error title=${step}::${text}` }));
    };
    begin("Verify");
    begin("Report");
    error("Report", "exited");
    error("Verify", "rolled back");
    log.add(
      JSON.stringify({ step: "Verify", stage: "Main", stepID: ["1"], stepResult: "failure" }),
    );
    assert.equal(log.failure, "Verify: Verify: rolled back\nReport: Report: exited");
  });
});
