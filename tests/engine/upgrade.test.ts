import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type Config, engine, TestStack } from "./harness";

const folder = join(__dirname, "upgrade");

/** The previous version: commit 91178d4. After it, workflows got a script, previews and promotion. */
describe("a stack of the previous version", function () {
  this.timeout(300_000);
  let stack: TestStack;

  before(async function () {
    await engine.call(this);
    const file = await readFile(join(folder, "Pulumi.upgrade.yaml"), "utf8");
    stack = await TestStack.create("upgrade", (parse(file) as { config: Config }).config);
    // Not `up`, which has loaded this version's program.
    const earlier = join(folder, "program");
    const made = await stack.run(["up", "--yes", "--skip-preview", "--cwd", earlier]);
    assert.equal(made.code, 0, made.stdout + made.stderr);
  });

  it("is released by its own workflow, and previews only what the changelog says", async () => {
    const { workflows } = await stack.release("web");
    assert.equal(workflows[0]?.ok, true, workflows[0]?.log);
    const file = "github:index/repositoryFile:RepositoryFile";
    const rule = (direction: "Egress" | "Ingress", name: string) =>
      `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule ${name}`;
    const steps = await stack.preview();
    const services = ["admin", "api", "web"];
    const group = "aws:codedeploy/deploymentGroup:DeploymentGroup admin";
    const expected = [
      ["create", `${file} github-756036787-release-script-main`],
      ["create", "slipway:github:ReleaseScript github-756036787"],
      ["create", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup upgrade"],
      ["create", rule("Ingress", "upgrade-8081-nat-1")],
      ["create", rule("Ingress", "upgrade-8081-vpc")],
      ["delete", rule("Ingress", "upgrade-8081-0.0.0.0/0")],
      // The ports of a service under CodeDeploy.
      ["replace", rule("Egress", "admin-load-balancer-to-tasks"), "fromPort", "toPort"],
      ["replace", rule("Ingress", "admin-from-load-balancer"), "fromPort", "toPort"],
      ["update", "aws:lb/listener:Listener upgrade-https", "sslPolicy"],
      ["update", "aws:lb/listener:Listener upgrade-test-8081", "sslPolicy"],
      ["update", "aws:ssm/parameter:Parameter admin-service", "insecureValue"],
      ...services.flatMap((service) => [
        ...["errors", "exits", "latency", "unhealthy-hosts"].map((guard) => [
          "create",
          `aws:cloudwatch/metricAlarm:MetricAlarm ${service}-${guard}`,
        ]),
        ["create", `slipway:deployment:Guards ${service}`],
        ["create", `slipway:deployment:ExitsGuard ${service}`],
        ["create", `aws:cloudwatch/logMetricFilter:LogMetricFilter ${service}-exits`],
        ["create", `aws:cloudwatch/logGroup:LogGroup /aws/events/${service}-stopped-tasks`],
        ...[
          "eventRule:EventRule",
          "eventTarget:EventTarget",
          "logResourcePolicy:LogResourcePolicy",
        ].map((type) => ["create", `aws:cloudwatch/${type} ${service}-stopped-tasks`]),
        // CodeDeploy deploys admin.
        service === "admin"
          ? ["update", group, "alarmConfiguration", "autoRollbackConfiguration.events"]
          : [
              ...["update", `aws:ecs/service:Service ${service}`],
              ...["alarms.alarmNames", "alarms.enable", "alarms.rollback"],
            ],
        ["update", `aws:iam/rolePolicy:RolePolicy ${service}-deploy`, "policy"],
        ["update", `${file} ${service}-main`, "content"],
      ]),
    ];
    assert.deepEqual(
      steps.map(({ op, resource, properties }) => [op, resource, ...properties]).sort(),
      expected.sort(),
    );
  });
});
