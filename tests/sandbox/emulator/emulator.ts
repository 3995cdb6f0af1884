/** An emulated AWS with a load balancer and services to deploy; each test file finds it as new. */
import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { EC2 } from "@aws-sdk/client-ec2";
import {
  type CreateServiceCommandInput,
  type DesiredStatus,
  ECS,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAM } from "@aws-sdk/client-iam";
import { resetMoto, startMoto } from "../../../sandbox/emulator/process";
import { pythonEnvironment } from "../../../sandbox/engine/python";
import { control } from "../../control";
import { orSkip } from "../../skip";

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";
export const CLUSTER = "cluster";

/** An entry of the control's record: one rule at one moment. */
export interface Sample {
  readonly rule: string;
  readonly what: string;
  readonly weights: Readonly<Record<string, number>>;
  readonly groups: Readonly<Record<string, { healthy: number; registered: number }>>;
  readonly receiving: number;
}

/** A rule on the production listener, one on the test listener, and the two target groups of both. */
export interface Route {
  readonly groups: readonly [string, string];
  readonly rule: string;
  readonly testRule: string;
  readonly listener: string;
  readonly testListener: string;
}

/** The endpoint of one emulator for all test files that this process runs: its start takes longest. It ends with this process. */
let running: string | undefined;

async function startEndpoint(python: string): Promise<string> {
  const moto = await startMoto(await mkdtemp(join(tmpdir(), "slipway-emulator-")), python);
  return `http://127.0.0.1:${moto.port}`;
}

export class Emulator {
  readonly ecs: ECS;
  readonly elb: ElasticLoadBalancingV2;
  readonly cloudwatch: CloudWatch;
  readonly iam: IAM;
  subnets: string[] = [];
  role = "";
  private vpc = "";
  private listeners: readonly [string, string] = ["", ""];
  private priority = 1;

  private constructor(readonly endpoint: string) {
    const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
    const config = { endpoint, region: REGION, credentials };
    this.ecs = new ECS(config);
    this.elb = new ElasticLoadBalancingV2(config);
    this.cloudwatch = new CloudWatch(config);
    this.iam = new IAM(config);
  }

  /** For a `before` hook. What earlier tests made is deleted. */
  static async start(context: Mocha.Context): Promise<Emulator> {
    context.timeout(5 * 60_000);
    const python = await orSkip(context, "the emulator", pythonEnvironment());
    if (!running || !(await resetMoto(running))) running = await startEndpoint(python);
    const emulator = new Emulator(running);
    await emulator.furnish();
    return emulator;
  }

  private async furnish(): Promise<void> {
    const ec2 = new EC2({
      endpoint: this.endpoint,
      region: REGION,
      credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
    });
    const { Vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/16" });
    this.vpc = Vpc?.VpcId ?? "";
    for (const [zone, CidrBlock] of [
      ["a", "10.0.0.0/24"],
      ["b", "10.0.1.0/24"],
    ]) {
      const input = { VpcId: this.vpc, CidrBlock, AvailabilityZone: `${REGION}${zone}` };
      const { Subnet } = await ec2.createSubnet(input);
      this.subnets.push(Subnet?.SubnetId ?? "");
    }
    await this.ecs.createCluster({ clusterName: CLUSTER });
    const balancer = await this.elb.createLoadBalancer({ Name: "main", Subnets: this.subnets });
    const LoadBalancerArn = balancer.LoadBalancers?.[0]?.LoadBalancerArn;
    const listen = async (Port: number) => {
      const DefaultActions = [
        { Type: "fixed-response" as const, FixedResponseConfig: { StatusCode: "404" } },
      ];
      const input = { LoadBalancerArn, Port, Protocol: "HTTP" as const, DefaultActions };
      const { Listeners } = await this.elb.createListener(input);
      return Listeners?.[0]?.ListenerArn ?? "";
    };
    this.listeners = [await listen(80), await listen(8080)];
    this.role = await this.makeRole("ecs-role", "ecs.amazonaws.com");
    await this.allow("ecs-role", "elasticloadbalancing:*");
  }

  async allow(RoleName: string, Action: string, Resource = "*"): Promise<void> {
    const Statement = [{ Effect: "Allow", Action, Resource }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await this.iam.putRolePolicy({ RoleName, PolicyName: "policy", PolicyDocument });
  }

  async makeRole(RoleName: string, Service: string, Condition?: object): Promise<string> {
    const Statement = [
      { Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole", Condition },
    ];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    const { Role } = await this.iam.createRole({ RoleName, AssumeRolePolicyDocument });
    return Role?.Arn ?? "";
  }

  async makeTargetGroup(Name: string): Promise<string> {
    const { TargetGroups } = await this.elb.createTargetGroup({
      Name,
      Port: 8000,
      Protocol: "HTTP",
      VpcId: this.vpc,
      TargetType: "ip",
    });
    return TargetGroups?.[0]?.TargetGroupArn ?? "";
  }

  /** Both rules forward to both groups, with all traffic to the first. */
  async makeRoute(name: string): Promise<Route> {
    const groups = [
      await this.makeTargetGroup(name),
      await this.makeTargetGroup(`${name}-2`),
    ] as const;
    const [listener, testListener] = this.listeners;
    const Priority = this.priority++;
    const ruleOn = async (ListenerArn: string) => {
      const { Rules } = await this.elb.createRule({
        ListenerArn,
        Priority,
        Conditions: [{ Field: "path-pattern", Values: [`/${name}`] }],
        Actions: [
          {
            Type: "forward",
            ForwardConfig: {
              TargetGroups: groups.map((TargetGroupArn, index) => ({
                TargetGroupArn,
                Weight: index === 0 ? 100 : 0,
              })),
            },
          },
        ],
      });
      return Rules?.[0]?.RuleArn ?? "";
    };
    return {
      groups,
      rule: await ruleOn(listener),
      testRule: await ruleOn(testListener),
      listener,
      testListener,
    };
  }

  async register(family: string, image: string, taskRoleArn?: string): Promise<string> {
    const { taskDefinition } = await this.ecs.registerTaskDefinition({
      family,
      taskRoleArn,
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      containerDefinitions: [{ name: "app", image, portMappings: [{ containerPort: 8000 }] }],
    });
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  network(): NonNullable<CreateServiceCommandInput["networkConfiguration"]> {
    return { awsvpcConfiguration: { subnets: this.subnets, securityGroups: [] } };
  }

  /** A service with two tasks of the image `good`. */
  async create(
    serviceName: string,
    input: Partial<CreateServiceCommandInput> = {},
  ): Promise<string> {
    const taskDefinition = input.taskDefinition ?? (await this.register(serviceName, "good:1"));
    await this.ecs.createService({
      cluster: CLUSTER,
      serviceName,
      taskDefinition,
      desiredCount: 2,
      launchType: "FARGATE",
      networkConfiguration: this.network(),
      ...input,
    });
    return taskDefinition;
  }

  async update(service: string, input: Partial<UpdateServiceCommandInput>): Promise<void> {
    await this.ecs.updateService({ cluster: CLUSTER, service, ...input });
  }

  /** Registers a revision with this image and deploys it. */
  async deploy(service: string, image: string): Promise<string> {
    const taskDefinition = await this.register(service, image);
    await this.update(service, { taskDefinition });
    return taskDefinition;
  }

  async describe(service: string) {
    const { services } = await this.ecs.describeServices({ cluster: CLUSTER, services: [service] });
    assert.ok(services?.[0], "ECS describes no such service");
    return services[0];
  }

  /** The newest service deployment. */
  async latest(service: string) {
    const { serviceDeployments: [newest] = [] } = await this.ecs.listServiceDeployments({
      cluster: CLUSTER,
      service,
    });
    assert.ok(newest?.serviceDeploymentArn, `${service} has no service deployment`);
    const { serviceDeployments: [full] = [] } = await this.ecs.describeServiceDeployments({
      serviceDeploymentArns: [newest.serviceDeploymentArn],
    });
    assert.ok(full, `ECS does not describe the newest deployment of ${service}`);
    return full;
  }

  async tasks(serviceName: string, desiredStatus: DesiredStatus = "RUNNING") {
    const { taskArns = [] } = await this.ecs.listTasks({
      cluster: CLUSTER,
      serviceName,
      desiredStatus,
    });
    if (taskArns.length === 0) return [];
    const { tasks = [] } = await this.ecs.describeTasks({ cluster: CLUSTER, tasks: taskArns });
    return tasks;
  }

  /** The weights of a rule, in the order of the route's groups. */
  async weights(rule: string, route: Route): Promise<(number | undefined)[]> {
    const { Rules } = await this.elb.describeRules({ RuleArns: [rule] });
    const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    return route.groups.map(
      (arn) => groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight,
    );
  }

  /** A call of CodeDeploy, as its SDKs send it. */
  async codeDeploy<T>(action: string, input: Record<string, unknown>): Promise<T> {
    const scope = `sandbox/20260101/${REGION}/codedeploy/aws4_request`;
    const response = await fetch(this.endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `CodeDeploy_20141006.${action}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (response.status !== 200) {
      const error = JSON.parse(text) as { __type?: string; message?: string; Message?: string };
      throw new Error(`${error.__type?.split("#").at(-1)}: ${error.message ?? error.Message}`);
    }
    return JSON.parse(text) as T;
  }

  /** An alarm that only {@link setAlarm} fires. */
  async makeAlarm(name: string): Promise<void> {
    await this.cloudwatch.putMetricAlarm({
      AlarmName: name,
      ComparisonOperator: "GreaterThanThreshold",
      EvaluationPeriods: 1,
      MetricName: name,
      Namespace: "test",
      Period: 60,
      Statistic: "Sum",
      Threshold: 1,
    });
  }

  /** An alarm on a metric of target groups: two of four minutes. */
  async makeGuard(name: string, MetricName: string, groups: readonly string[]): Promise<void> {
    const metrics = groups.map((arn, i) => ({
      Id: `m${i}`,
      MetricStat: {
        Metric: {
          Namespace: "AWS/ApplicationELB",
          MetricName,
          Dimensions: [{ Name: "TargetGroup", Value: arn.split(":").at(-1) }],
        },
        Period: 60,
        Stat: "Sum",
      },
      ReturnData: false,
    }));
    await this.cloudwatch.putMetricAlarm({
      AlarmName: name,
      ComparisonOperator: "GreaterThanThreshold",
      DatapointsToAlarm: 2,
      EvaluationPeriods: 4,
      Metrics: [...metrics, { Id: "worst", Expression: "MAX(METRICS())", ReturnData: true }],
      Threshold: 1,
    });
  }

  async setAlarm(name: string, state: "ALARM" | "OK"): Promise<void> {
    await this.cloudwatch.setAlarmState({
      AlarmName: name,
      StateValue: state,
      StateReason: "test",
    });
  }

  /** The load balancer settings of a service behind a route, for a strategy that shifts traffic. */
  shifted(route: Route) {
    return {
      targetGroupArn: route.groups[0],
      containerName: "app",
      containerPort: 8000,
      advancedConfiguration: {
        alternateTargetGroupArn: route.groups[1],
        productionListenerRule: route.rule,
        testListenerRule: route.testRule,
        roleArn: this.role,
      },
    };
  }

  /** Calls the control; `sandbox/emulator/control.py` lists its paths. */
  control<T>(method: string, path: string, input: Record<string, unknown> = {}): Promise<T> {
    return control(this.endpoint, method, path, { account: ACCOUNT, region: REGION, ...input });
  }

  pace(service: string, pace: "instant" | "manual", until?: string | number): Promise<unknown> {
    return this.control("POST", "pace", { service, pace, ...(until !== undefined && { until }) });
  }

  /** Runs steps of a running deployment: a number, up to a stage, or to the end. */
  async advance(service: string, how: { steps?: number; until?: string } = {}): Promise<string[]> {
    type Answer = Record<string, { steps: string[] }>;
    const answer = await this.control<Answer>("POST", "advance", { service, ...how });
    return answer[service]?.steps ?? [];
  }

  image(image: string, behaviour: string, reason?: string, exitCode?: number): Promise<unknown> {
    return this.control("POST", "image", {
      ...{ image, behaviour },
      ...(reason && { reason }),
      ...(exitCode && { exitCode }),
    });
  }

  resetTraffic(): Promise<unknown> {
    return this.control("DELETE", "traffic");
  }

  traffic(rule: string): Promise<Sample[]> {
    return this.control("GET", "traffic", { rule });
  }

  /** The fewest healthy tasks that received traffic at any moment since the reset. */
  async leastReceiving(rule: string): Promise<number> {
    const samples = await this.traffic(rule);
    assert.ok(samples.length > 0, `the traffic record has no entry of ${rule}`);
    return Math.min(...samples.map(({ receiving }) => receiving));
  }
}
