import assert from "node:assert/strict";
import { ifExists } from "../../../components/shared/if-exists";

describe("the answer of an invoke", () => {
  for (const message of [
    "reading IAM Role (x): couldn't find resource",
    "no matching Route 53 Hosted Zone found",
    'reading ELB Listener Rule Data Source ("x/1"): empty result',
    "api error ClusterNotFoundException: Cluster not found.",
  ]) {
    it(`is undefined for an object that does not exist: ${message}`, async () => {
      assert.equal(await ifExists(Promise.reject(new Error(message))), undefined);
    });
  }

  it("is an error for every other reason", async () => {
    for (const message of ["AccessDenied", "failed to get shared config profile, x: not found"]) {
      await assert.rejects(ifExists(Promise.reject(new Error(message))), { message });
    }
  });
});
