import assert from "node:assert/strict";
import { AwsContext } from "../../../sandbox/plugins/aws/context";
import { serviceResult } from "../../../sandbox/plugins/aws/ecs/get-service";
import { getListenerRule, ruleActions } from "../../../sandbox/plugins/aws/lb/get-listener-rule";
import { nowhere } from "./nowhere";

const aws = new AwsContext("eu-central-1", nowhere);
const arn = (resource: string) => `arn:aws:ecs:eu-central-1:123456789012:${resource}`;

describe("the AWS plugin's functions for deployments", () => {
  describe("a listener rule's actions", () => {
    it("have every forward as weights, in the order of the actions", () => {
      const weighted = {
        Type: "forward" as const,
        Order: 2,
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: "blue", Weight: 0 },
            { TargetGroupArn: "green", Weight: 100 },
          ],
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
        },
      };
      const redirect = {
        Type: "redirect" as const,
        Order: 1,
        RedirectConfig: { StatusCode: "HTTP_301" as const, Port: "443" },
      };
      assert.deepEqual(ruleActions([weighted, redirect]), [
        {
          order: 1,
          type: "redirect",
          redirects: [
            {
              host: "#{host}",
              path: "/#{path}",
              port: "443",
              protocol: "#{protocol}",
              query: "#{query}",
              statusCode: "HTTP_301",
            },
          ],
        },
        {
          order: 2,
          type: "forward",
          forwards: [
            {
              stickinesses: [{ enabled: true, duration: 60 }],
              targetGroups: [
                { arn: "blue", weight: 0 },
                { arn: "green", weight: 100 },
              ],
            },
          ],
        },
      ]);
    });

    it("convert the short form of a forward to one target group to the long one", () => {
      const [action] = ruleActions([{ Type: "forward", TargetGroupArn: "blue" }]);
      assert.deepEqual(action?.forwards?.[0]?.targetGroups, [{ arn: "blue", weight: 1 }]);
    });

    for (const [args, message] of [
      [{}, /Exactly one of these attributes must be configured: \[arn,listener_arn\]/],
      [{ arn: "r", listenerArn: "l" }, /Exactly one of these attributes/],
      [{ arn: "r", priority: 1 }, /cannot be configured together: \[arn,priority\]/],
      [{ listenerArn: "l" }, /must be configured together: \[listener_arn,priority\]/],
    ] as const) {
      it(`cannot be read with ${JSON.stringify(args)}`, async () => {
        await assert.rejects(getListenerRule.run(aws, args), message);
      });
    }
  });

  describe("a service", () => {
    const taskSet = {
      id: "ecs-svc/1",
      taskSetArn: arn("task-set/dev/api/ecs-svc/1"),
      status: "PRIMARY",
      stabilityStatus: "STEADY_STATE" as const,
      taskDefinition: arn("task-definition/api:1"),
      runningCount: 2,
      createdAt: new Date("2026-01-02T03:04:05.678Z"),
    };

    it("is read with its task sets, events and load balancers", () => {
      const result = serviceResult({
        serviceArn: arn("service/dev/api"),
        serviceName: "api",
        clusterArn: arn("cluster/dev"),
        deploymentController: { type: "CODE_DEPLOY" },
        taskSets: [taskSet],
        events: [{ id: "e", message: "steady", createdAt: taskSet.createdAt }],
        loadBalancers: [{ containerName: "api", containerPort: 80, targetGroupArn: "blue" }],
        runningCount: 2,
        desiredCount: 2,
      });
      assert.equal(result.id, arn("service/dev/api"));
      assert.deepEqual(result.deploymentControllers, [{ type: "CODE_DEPLOY" }]);
      assert.deepEqual(result.taskSets, [
        {
          arn: taskSet.taskSetArn,
          createdAt: "2026-01-02T03:04:05Z",
          id: "ecs-svc/1",
          pendingCount: 0,
          runningCount: 2,
          stabilityStatus: "STEADY_STATE",
          status: "PRIMARY",
          taskDefinition: taskSet.taskDefinition,
          updatedAt: "",
        },
      ]);
      assert.deepEqual(result.events, [
        { createdAt: "2026-01-02T03:04:05Z", id: "e", message: "steady" },
      ]);
      assert.deepEqual(result.loadBalancers, [
        {
          advancedConfigurations: [],
          containerName: "api",
          containerPort: 80,
          elbName: "",
          targetGroupArn: "blue",
        },
      ]);
      assert.deepEqual(result.deployments, []);
      assert.deepEqual(result.deploymentConfigurations, []);
    });

    it("has its deployment settings in one block", () => {
      const result = serviceResult({
        serviceArn: arn("service/dev/api"),
        deploymentConfiguration: {
          strategy: "CANARY",
          bakeTimeInMinutes: 0,
          canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
          minimumHealthyPercent: 100,
          maximumPercent: 200,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
        loadBalancers: [
          {
            targetGroupArn: "blue",
            advancedConfiguration: {
              alternateTargetGroupArn: "green",
              productionListenerRule: "rule",
              roleArn: "role",
            },
          },
        ],
      });
      assert.deepEqual(result.deploymentConfigurations, [
        {
          alarms: [],
          bakeTimeInMinutes: "0",
          canaryConfigurations: [{ canaryBakeTimeInMinutes: "10", canaryPercent: 5 }],
          deploymentCircuitBreakers: [{ enable: true, rollback: true }],
          lifecycleHooks: [],
          linearConfigurations: [],
          maximumPercent: 200,
          minimumHealthyPercent: 100,
          strategy: "CANARY",
        },
      ]);
      assert.deepEqual(result.loadBalancers[0]?.advancedConfigurations, [
        {
          alternateTargetGroupArn: "green",
          productionListenerRule: "rule",
          roleArn: "role",
          testListenerRule: "",
        },
      ]);
    });
  });
});
