import assert from "node:assert/strict";
import { checkProtection, planProtection } from "../../../components/github/protection";

describe("planProtection", () => {
  const all = ["reviewers", "waitTimer", "preventSelfReview", "canAdminsBypass"];
  for (const [title, configured, inputs, ignoreChanges] of [
    ["leaves alone what is not configured", {}, {}, all],
    [
      "writes what is configured, zero and false included",
      { waitTimer: 0, canAdminsBypass: false },
      { waitTimer: 0, canAdminsBypass: false },
      ["reviewers", "preventSelfReview"],
    ],
    [
      "writes reviewers by their ids",
      { reviewers: { users: [7] }, preventSelfReview: true },
      { reviewers: [{ users: [7], teams: [] }], preventSelfReview: true },
      ["waitTimer", "canAdminsBypass"],
    ],
    [
      "removes reviewers with an empty object",
      { reviewers: {} },
      {},
      ["waitTimer", "preventSelfReview", "canAdminsBypass"],
    ],
  ] as const) {
    it(title, async () => {
      assert.deepEqual(planProtection(configured), { inputs, ignoreChanges });
    });
  }
});

describe("checkProtection", () => {
  it("accepts GitHub's limits", async () => {
    const reviewers = { users: [1, 2, 3], teams: [4, 5, 6] };
    assert.deepEqual(checkProtection({ reviewers, waitTimer: 43200 }, "it"), []);
  });

  it("refuses what GitHub refuses", async () => {
    const reviewers = { users: [1, 2, 3, 0.5], teams: [4, 5, 0] };
    const problems = checkProtection({ reviewers, waitTimer: 43201 }, "it");
    assert.deepEqual(
      problems.map(({ path, value }) => [path, value]),
      [
        ["it.reviewers.users[3]", 0.5],
        ["it.reviewers.teams[2]", 0],
        ["it.reviewers", "7 reviewers"],
        ["it.waitTimer", 43201],
      ],
    );
  });
});
