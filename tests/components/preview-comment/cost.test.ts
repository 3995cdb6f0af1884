import assert from "node:assert/strict";
import { monthlyCost } from "../../../components/preview-comment/cost";
import type { Step } from "../../../components/preview-comment/events";

describe("the monthly cost in a preview", () => {
  it("has a web ACL and each of its rules", () => {
    const type = "aws:wafv2/webAcl:WebAcl";
    const urn = `urn:pulumi:dev::slipway::${type}::dev`;
    const state = (rules: number) => ({ inputs: { rules: Array(rules).fill({}) } });
    const step = { type, urn, op: "update", old: state(1), new: state(4) } as Step;
    const { before, after } = monthlyCost([step]);
    assert.deepEqual([before.toFixed(2), after.toFixed(2)], ["6.00", "9.00"]);
  });
});
