import assert from "node:assert/strict";
import { childrenOf, only } from "../../harness";
import { runService } from "../infrastructure";

const targetGroup = "aws:lb/targetGroup:TargetGroup";
const listenerRule = "aws:lb/listenerRule:ListenerRule";

describe("DeploymentController", () => {
  it("makes one target group and its rule for the rolling strategy", async () => {
    const { resources } = await runService();
    const component = only(resources, "slipway:deployment:DeploymentController");
    assert.deepEqual(childrenOf(resources, component), [
      `${listenerRule} api`,
      `${targetGroup} api`,
    ]);
    assert.deepEqual(only(resources, targetGroup).inputs, {
      vpcId: "vpc-0a1b",
      targetType: "ip",
      protocol: "HTTP",
      port: 8000,
      deregistrationDelay: 20,
      healthCheck: {
        path: "/",
        matcher: "200-399",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    });
    assert.deepEqual(only(resources, listenerRule).inputs, {
      listenerArn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/dev-http/1",
      priority: 50000,
      conditions: [{ pathPattern: { values: ["/*"] } }],
      actions: [
        {
          type: "forward",
          targetGroupArn:
            "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/api/1",
        },
      ],
    });
  });

  it("takes what is asked for", async () => {
    const { resources } = await runService({
      rule: { pathPatterns: ["/api/*"], hostHeaders: ["api.example.com"], priority: 12 },
      healthCheck: { path: "/health", interval: 30 },
      deregistrationDelay: 0,
    });
    const { priority, conditions } = only(resources, listenerRule).inputs;
    assert.equal(priority, 12);
    assert.deepEqual(conditions, [
      { hostHeader: { values: ["api.example.com"] } },
      { pathPattern: { values: ["/api/*"] } },
    ]);
    const { healthCheck, deregistrationDelay } = only(resources, targetGroup).inputs;
    assert.equal(deregistrationDelay, 0);
    assert.deepEqual(healthCheck, {
      path: "/health",
      matcher: "200-399",
      interval: 30,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    });
  });
});
