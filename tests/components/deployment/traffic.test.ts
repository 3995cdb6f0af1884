import assert from "node:assert/strict";
import { type RuleAction, trafficOf } from "../../../components/deployment/traffic";

const group = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/${name}/1`;
const [first, second, other] = [group("api-1"), group("api-2"), group("other")];

const weighted = (...weights: [arn: string, weight: number][]): RuleAction[] => [
  {
    type: "forward",
    forwards: [{ targetGroups: weights.map(([arn, weight]) => ({ arn, weight })) }],
  },
];

describe("trafficOf", () => {
  const table: [string, RuleAction[], string][] = [
    ["before any shift", weighted([first, 100], [second, 0]), first],
    ["after one", weighted([first, 0], [second, 100]), second],
    ["after two", weighted([second, 0], [first, 1]), first],
    ["a rule that names one group alone", [{ type: "forward", targetGroupArn: second }], second],
    [
      "behind an authentication",
      [{ type: "authenticate-oidc" }, ...weighted([second, 100])],
      second,
    ],
    ["a rule that somebody sent elsewhere", weighted([other, 100]), first],
    ["a rule without actions", [], first],
  ];
  for (const [what, actions, expected] of table) {
    it(what, async () => {
      assert.deepEqual(trafficOf("api", actions, [first, second]), { targetGroup: expected });
    });
  }

  it("says why no update is possible while traffic shifts", async () => {
    const shifting = weighted([first, 10], [second, 90]);
    assert.deepEqual(trafficOf("api", shifting, [first, second]), {
      targetGroup: second,
      shifting: `Service api: a deployment is shifting its traffic (api-2: 90, api-1: 10). An update now could send requests to tasks that are about to stop.
Wait until the deployment is over, or stop it (aws deploy stop-deployment, aws ecs stop-service-deployment). Then run this again.`,
    });
  });
});
