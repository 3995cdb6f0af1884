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

  it("has each instance of a serverless database at its minimum capacity, and no instance with a class", () => {
    const parent = "urn:pulumi:dev::slipway::slipway:database:Database::dev";
    const step = (type: string, name: string, inputs: object) =>
      ({
        ...{ type, urn: `${parent}$${type}::${name}`, op: "create" },
        new: { inputs, parent },
      }) as Step;
    const cluster = (minCapacity: number) =>
      step("aws:rds/cluster:Cluster", "dev", {
        serverlessv2ScalingConfiguration: { minCapacity, maxCapacity: 4 },
      });
    const instance = (name: string, instanceClass: string) =>
      step("aws:rds/clusterInstance:ClusterInstance", name, { instanceClass });
    const instances = [
      ...[instance("dev-1", "db.serverless"), instance("dev-2", "db.serverless")],
      instance("dev-3", "db.r7g.large"),
    ];
    const costAt = (minCapacity: number) =>
      monthlyCost([cluster(minCapacity), ...instances]).after.toFixed(2);
    assert.deepEqual([costAt(0.5), costAt(0)], ["87.60", "0.00"]);
  });

  it("has each subnet of a client VPN", () => {
    const type = "aws:ec2clientvpn/networkAssociation:NetworkAssociation";
    const step = (name: string) =>
      ({ type, urn: `urn:pulumi:dev::slipway::${type}::${name}`, op: "create", new: {} }) as Step;
    assert.equal(monthlyCost([step("dev-1"), step("dev-2")]).after.toFixed(2), "146.00");
  });

  it("has the tasks on Fargate, and not those on EC2", () => {
    const urn = (type: string) => `urn:pulumi:dev::slipway::${type}::api`;
    const step = (type: string, inputs: object) =>
      ({ type, urn: urn(type), op: "create", new: { inputs, parent: urn("parent") } }) as Step;
    const task = step("aws:ecs/taskDefinition:TaskDefinition", { cpu: "1024", memory: "2048" });
    const costOn = (capacityProvider: string) => {
      const capacityProviderStrategies = [{ capacityProvider, weight: 1, base: 0 }];
      const inputs = { desiredCount: 1, capacityProviderStrategies };
      return monthlyCost([task, step("aws:ecs/service:Service", inputs)]).after.toFixed(2);
    };
    assert.deepEqual([costOn("FARGATE"), costOn("arm-slipway-dev")], ["36.04", "0.00"]);
  });
});
