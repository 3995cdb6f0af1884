import assert from "node:assert/strict";
import { FargateService, type Network } from "../../../components/index";
import { attempt, childrenOf, json, only, type Recorded } from "../../harness";
import { runService } from "../infrastructure";

const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const service = "aws:ecs/service:Service";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const component = "slipway:fargate-service:FargateService";
const arn = (what: string) => `arn:aws:${what.replace(":", ":eu-central-1:123456789012:")}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

interface Container {
  readonly name: string;
  readonly [property: string]: unknown;
}

const containers = (resource: Recorded) => json<Container[]>(resource, "containerDefinitions");
const logs = (prefix: string) => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": "api",
    "awslogs-region": "eu-central-1",
    "awslogs-stream-prefix": prefix,
  },
});

describe("FargateService", () => {
  it("makes exactly this", async () => {
    const { resources } = await runService();
    assert.deepEqual(childrenOf(resources, only(resources, component)), [
      "aws:cloudwatch/logGroup:LogGroup api",
      `${service} api`,
      "slipway:deployment:DeploymentController api",
      "slipway:deployment:ServiceRecord api",
      "slipway:fargate-service:ReleasePointer api",
      "slipway:fargate-service:TaskDefinitions api",
      "slipway:fargate-service:TaskRoles api",
      "slipway:fargate-service:TaskSecurityGroup api",
    ]);
    const definitions = only(resources, "slipway:fargate-service:TaskDefinitions");
    assert.deepEqual(childrenOf(resources, definitions), [
      `${taskDefinition} api`,
      `${taskDefinition} api-placeholder`,
    ]);
    const group = only(resources, "slipway:fargate-service:TaskSecurityGroup");
    assert.deepEqual(childrenOf(resources, group), [
      "aws:ec2/securityGroup:SecurityGroup api",
      `${egress} api-load-balancer-to-tasks`,
      `${egress} api-to-anywhere`,
      `${ingress} api-from-load-balancer`,
    ]);
    assert.deepEqual(only(resources, "aws:cloudwatch/logGroup:LogGroup", "api").inputs, {
      retentionInDays: 30,
    });
  });

  it("runs in private subnets, reached by the load balancer alone", async () => {
    const { resources } = await runService();
    assert.deepEqual(only(resources, "aws:ec2/securityGroup:SecurityGroup", "api").inputs, {
      vpcId: "vpc-0a1b",
      description: "Tasks of api",
    });
    const port = { ipProtocol: "tcp", fromPort: 8000, toPort: 8000 };
    assert.deepEqual(only(resources, ingress, "api-from-load-balancer").inputs, {
      ...port,
      securityGroupId: "api-id",
      referencedSecurityGroupId: "dev-load-balancer-id",
    });
    const intoTasks = resources.filter(
      ({ type, inputs }) => type === ingress && inputs.securityGroupId === "api-id",
    );
    assert.equal(intoTasks.length, 1);
    assert.deepEqual(only(resources, egress, "api-load-balancer-to-tasks").inputs, {
      ...port,
      securityGroupId: "dev-load-balancer-id",
      referencedSecurityGroupId: "api-id",
    });
    assert.deepEqual(only(resources, egress, "api-to-anywhere").inputs, {
      securityGroupId: "api-id",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "-1",
    });
  });

  describe("its ECS service", () => {
    it("waits for what it needs, and sets every property that matters", async () => {
      const { resources } = await runService();
      const { inputs, dependencies, ignoreChanges } = only(resources, service);
      assert.deepEqual(inputs, {
        cluster: arn("ecs:cluster/dev"),
        taskDefinition: arn("ecs:task-definition/slipway-dev-api-placeholder:1"),
        desiredCount: 1,
        deploymentController: { type: "ECS" },
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        alarms: {
          alarmNames: ["api-errors", "api-latency", "api-unhealthy-hosts", "api-exits"],
          enable: true,
          rollback: true,
        },
        deploymentConfiguration: { strategy: "ROLLING", bakeTimeInMinutes: "0" },
        availabilityZoneRebalancing: "ENABLED",
        capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
        networkConfiguration: {
          subnets: ["subnet-1a", "subnet-1b"],
          securityGroups: ["api-id"],
          assignPublicIp: false,
        },
        loadBalancers: [
          {
            targetGroupArn: arn("elasticloadbalancing:targetgroup/api/1"),
            containerName: "api",
            containerPort: 8000,
          },
        ],
        healthCheckGracePeriodSeconds: 60,
        enableExecuteCommand: false,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        waitForSteadyState: true,
      });
      assert.deepEqual(ignoreChanges, []);
      const rule = only(resources, "aws:lb/listenerRule:ListenerRule");
      const policy = only(resources, "aws:iam/rolePolicy:RolePolicy", "api-execution");
      // Created after the cluster's capacity, and destroyed before it.
      const capacity = only(resources, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders");
      const missing = [rule, policy, capacity].filter(({ urn }) => !dependencies.includes(urn));
      assert.deepEqual(missing, []);
    });

    it("takes Spot capacity, the deployment's percentages, alarms and grace period", async () => {
      const { resources } = await runService({
        desiredCount: 4,
        capacityProviderStrategies: [
          { capacityProvider: "FARGATE", base: 1 },
          { capacityProvider: "FARGATE_SPOT", weight: 3 },
        ],
        strategy: {
          type: "rolling",
          minimumHealthyPercent: 50,
          maximumPercent: 150,
          circuitBreaker: { enable: true, rollback: false },
          alarms: ["errors"],
        },
        healthCheckGracePeriodSeconds: 0,
      });
      const { inputs } = only(resources, service);
      assert.deepEqual(inputs.capacityProviderStrategies, [
        { capacityProvider: "FARGATE", weight: 1, base: 1 },
        { capacityProvider: "FARGATE_SPOT", weight: 3, base: 0 },
      ]);
      assert.deepEqual(inputs.deploymentCircuitBreaker, { enable: true, rollback: false });
      const alarmNames = [
        "api-errors",
        "api-latency",
        "api-unhealthy-hosts",
        "api-exits",
        "errors",
      ];
      assert.deepEqual(inputs.alarms, { alarmNames, enable: true, rollback: true });
      assert.deepEqual(
        [
          inputs.desiredCount,
          inputs.deploymentMinimumHealthyPercent,
          inputs.deploymentMaximumPercent,
        ],
        [4, 50, 150],
      );
      assert.equal(inputs.healthCheckGracePeriodSeconds, 0);
    });

    it("leaves the number of tasks to autoscaling, if that is configured", async () => {
      const { resources } = await runService({
        autoscaling: { minCapacity: 2, maxCapacity: 4 },
      });
      const { inputs, ignoreChanges } = only(resources, service);
      assert.deepEqual(ignoreChanges, ["desiredCount"]);
      assert.equal(inputs.desiredCount, 2);
      const children = childrenOf(resources, only(resources, component));
      const autoscaling = "slipway:fargate-service:Autoscaling api";
      assert.ok(children.includes(autoscaling), children.join("\n"));
    });
  });

  describe("its task definition", () => {
    it("belongs to Pulumi completely, and follows the revisions that CI registers", async () => {
      const { resources } = await runService();
      const { containerDefinitions, ...inputs } = only(resources, taskDefinition, "api").inputs;
      assert.deepEqual(inputs, {
        family: "slipway-dev-api",
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
        cpu: "256",
        memory: "512",
        executionRoleArn: role("api-execution"),
        taskRoleArn: role("api-task"),
        trackLatest: true,
        skipDestroy: true,
      });
      assert.deepEqual(JSON.parse(String(containerDefinitions)), [
        {
          name: "api",
          image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:unreleased",
          essential: true,
          portMappings: [{ containerPort: 8000, protocol: "tcp" }],
          stopTimeout: 20,
          logConfiguration: logs("api"),
        },
      ]);
      assert.deepEqual(only(resources, taskDefinition, "api").ignoreChanges, []);
    });

    it("has all configured settings", async () => {
      const { resources } = await runService({
        cpu: 1024,
        memory: 4096,
        cpuArchitecture: "ARM64",
        ephemeralStorage: 50,
        stopTimeout: 90,
        command: ["serve"],
        enableExecuteCommand: true,
        environment: { B: "2", A: "1" },
        secrets: { KEY: "/team/key" },
        sidecars: [
          {
            name: "migrate",
            image: "example/migrate:1",
            essential: false,
            cpu: 64,
            environment: { Z: "26", Y: "25" },
            secrets: { URL: "/team/url" },
          },
          {
            name: "proxy",
            image: "example/proxy:2",
            dependsOn: [{ containerName: "migrate", condition: "SUCCESS" }],
          },
        ],
      });
      const { inputs } = only(resources, taskDefinition, "api");
      assert.deepEqual(
        [inputs.cpu, inputs.memory, inputs.ephemeralStorage, inputs.runtimePlatform],
        [
          "1024",
          "4096",
          { sizeInGib: 50 },
          { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" },
        ],
      );
      assert.deepEqual(containers(only(resources, taskDefinition, "api")), [
        {
          name: "api",
          image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:unreleased",
          essential: true,
          command: ["serve"],
          portMappings: [{ containerPort: 8000, protocol: "tcp" }],
          environment: [
            { name: "A", value: "1" },
            { name: "B", value: "2" },
          ],
          secrets: [{ name: "KEY", valueFrom: "/team/key" }],
          linuxParameters: { initProcessEnabled: true },
          stopTimeout: 90,
          logConfiguration: logs("api"),
        },
        {
          name: "migrate",
          image: "example/migrate:1",
          cpu: 64,
          essential: false,
          environment: [
            { name: "Y", value: "25" },
            { name: "Z", value: "26" },
          ],
          secrets: [{ name: "URL", valueFrom: "/team/url" }],
          stopTimeout: 90,
          logConfiguration: logs("migrate"),
        },
        {
          name: "proxy",
          image: "example/proxy:2",
          dependsOn: [{ containerName: "migrate", condition: "SUCCESS" }],
          essential: true,
          stopTimeout: 90,
          logConfiguration: logs("proxy"),
        },
      ]);
      assert.equal(only(resources, service).inputs.enableExecuteCommand, true);
    });

    it("limits what its processes may do, and gives them folders of their own", async () => {
      const { resources } = await runService({
        readonlyRootFilesystem: true,
        writablePaths: ["/tmp", "/cache"],
        user: "1000:1000",
        capabilities: { drop: ["ALL"] },
        sidecars: [
          {
            name: "agent",
            image: "agent:1",
            writablePaths: ["/run"],
            readonlyRootFilesystem: true,
          },
          {
            name: "debugger",
            image: "debugger:1",
            essential: false,
            capabilities: { add: ["SYS_PTRACE"] },
          },
        ],
      });
      const definition = only(resources, taskDefinition, "api");
      const [main, agent, gdb] = containers(definition);
      assert.deepEqual(
        [main?.readonlyRootFilesystem, main?.user, main?.linuxParameters],
        [true, "1000:1000", { capabilities: { add: [], drop: ["ALL"] } }],
      );
      assert.deepEqual(main?.mountPoints, [
        { sourceVolume: "api-writable-1", containerPath: "/cache", readOnly: false },
        { sourceVolume: "api-writable-2", containerPath: "/tmp", readOnly: false },
      ]);
      assert.deepEqual(
        [agent?.readonlyRootFilesystem, agent?.mountPoints, agent?.writablePaths],
        [
          true,
          [{ sourceVolume: "agent-writable-1", containerPath: "/run", readOnly: false }],
          undefined,
        ],
      );
      assert.deepEqual(gdb?.linuxParameters, { capabilities: { add: ["SYS_PTRACE"], drop: [] } });
      assert.deepEqual(definition.inputs.volumes, [
        { name: "api-writable-1" },
        { name: "api-writable-2" },
        { name: "agent-writable-1" },
      ]);
      // The placeholder starts as root, and writes its configuration.
      const placeholder = only(resources, taskDefinition, "api-placeholder");
      assert.equal(placeholder.inputs.volumes, undefined);
      assert.deepEqual(Object.keys(containers(placeholder)[0] ?? {}), [
        ...["name", "image", "essential", "entryPoint", "command", "portMappings"],
        "logConfiguration",
      ]);
    });

    it("does not change with the order in which variables are written", async () => {
      const text = async (environment: Record<string, string>, secrets: Record<string, string>) => {
        const { resources } = await runService({ environment, secrets });
        return only(resources, taskDefinition, "api").inputs.containerDefinitions;
      };
      assert.equal(
        await text({ A: "1", B: "2", C: "3" }, { S: "/s", T: "/t" }),
        await text({ C: "3", A: "1", B: "2" }, { T: "/t", S: "/s" }),
      );
    });
  });

  describe("its image", () => {
    const image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:4f2a";

    it("is the placeholder's before the first release, and the real one gets none of the placeholder's settings", async () => {
      const { resources, outputs } = await runService({ healthCheck: { matcher: "204" } });
      const placeholder = only(resources, taskDefinition, "api-placeholder");
      const { containerDefinitions, ...inputs } = placeholder.inputs;
      assert.deepEqual(inputs, {
        family: "slipway-dev-api-placeholder",
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
        cpu: "256",
        memory: "512",
        executionRoleArn: role("api-execution"),
      });
      const server =
        'server { listen 8000; location / { default_type text/plain; return 204 "api: no release yet\\n"; } }';
      assert.deepEqual(JSON.parse(String(containerDefinitions)), [
        {
          name: "api",
          image: "public.ecr.aws/nginx/nginx:stable-alpine",
          essential: true,
          entryPoint: ["sh", "-c"],
          command: [
            `echo '${server}' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'`,
          ],
          portMappings: [{ containerPort: 8000, protocol: "tcp" }],
          logConfiguration: logs("placeholder"),
        },
      ]);
      assert.equal(
        only(resources, service).inputs.taskDefinition,
        arn("ecs:task-definition/slipway-dev-api-placeholder:1"),
      );
      const real = JSON.stringify(only(resources, taskDefinition, "api").inputs);
      assert.doesNotMatch(real, /nginx|placeholder|entryPoint/);
      assert.deepEqual(outputs, {
        family: "slipway-dev-api",
        taskDefinitionArn: arn("ecs:task-definition/slipway-dev-api:1"),
        image: undefined,
      });
    });

    it("is CI's after the first release", async () => {
      const { resources, outputs } = await runService({}, { image });
      const [main] = containers(only(resources, taskDefinition, "api"));
      assert.equal(main?.image, image);
      assert.equal(
        only(resources, service).inputs.taskDefinition,
        arn("ecs:task-definition/slipway-dev-api:1"),
      );
      assert.equal((outputs as { image: string }).image, image);
    });

    it("is read from a pointer and a record that Pulumi makes and never writes again", async () => {
      const { resources } = await runService({}, { image });
      const pointer = only(resources, "aws:ssm/parameter:Parameter", "api");
      const record = only(resources, "aws:ssm/parameter:Parameter", "api-record");
      assert.deepEqual(pointer.inputs, {
        name: "/slipway/slipway/dev/api/image",
        description: "The image that CI last deployed and verified. Written by CI alone.",
        type: "String",
        insecureValue: "unreleased",
      });
      assert.deepEqual(record.inputs, {
        name: "/slipway/slipway/dev/api/release",
        description: "The last verified image, and the release under way. Written by CI alone.",
        type: "String",
        insecureValue: "unreleased",
      });
      for (const { ignoreChanges, urn } of [pointer, record]) {
        assert.deepEqual(ignoreChanges, ["insecureValue", "value", "name"]);
        const dependsOn = (name: string) => only(resources, taskDefinition, name).dependencies;
        assert.ok(dependsOn("api").includes(urn), `api does not depend on ${urn}`);
        const placeholder = dependsOn("api-placeholder");
        assert.ok(!placeholder.includes(urn), `the placeholder depends on ${urn}`);
      }
    });

    it("may be a placeholder from ECR, which the execution role may then pull", async () => {
      const placeholderImage = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/base/nginx:1";
      const { resources } = await runService({ placeholderImage });
      const [placeholder] = containers(only(resources, taskDefinition, "api-placeholder"));
      assert.equal(placeholder?.image, placeholderImage);
      assert.match(
        String(only(resources, "aws:iam/rolePolicy:RolePolicy", "api-execution").inputs.policy),
        /"arn:aws:ecr:eu-west-1:210987654321:repository\/base\/nginx"/,
      );
    });
  });

  it("takes the arguments of its children from transforms", async () => {
    const { resources } = await runService({
      transform: {
        containerDefinitions: (definitions) =>
          definitions.map((definition) => ({ ...definition, stopTimeout: 3 })),
        logGroup: (args) => ({ ...args, name: "/my/logs" }),
        securityGroup: (args) => ({ ...args, description: "mine" }),
        service: (args) => ({ ...args, platformVersion: "1.4.0" }),
        taskDefinition: (args) => ({ ...args, pidMode: "task" }),
        targetGroup: (args) => ({ ...args, slowStart: 30 }),
        listenerRule: (args) => ({ ...args, priority: 9 }),
        executionRole: (args) => ({ ...args, path: "/execution/" }),
        taskRole: (args) => ({ ...args, path: "/task/" }),
        deploymentRole: (args) => ({ ...args, path: "/deployment/" }),
      },
    });
    const found = (type: string, property: string) => only(resources, type, "api").inputs[property];
    assert.deepEqual(
      [
        found("aws:cloudwatch/logGroup:LogGroup", "name"),
        found("aws:ec2/securityGroup:SecurityGroup", "description"),
        found(service, "platformVersion"),
        found(taskDefinition, "pidMode"),
        found("aws:lb/targetGroup:TargetGroup", "slowStart"),
        found("aws:lb/listenerRule:ListenerRule", "priority"),
        containers(only(resources, taskDefinition, "api"))[0]?.stopTimeout,
      ],
      ["/my/logs", "mine", "1.4.0", "task", 30, 9, 3],
    );
    const paths = ["execution", "task", "deployment"].map(
      (kind) => only(resources, "aws:iam/role:Role", `api-${kind}`).inputs.path,
    );
    assert.deepEqual(paths, ["/execution/", "/task/", "/deployment/"]);
    const placeholder = only(resources, taskDefinition, "api-placeholder");
    assert.equal(containers(placeholder)[0]?.stopTimeout, undefined);
    assert.equal(placeholder.inputs.pidMode, undefined);
  });

  it("is refused before anything is registered, with every mistake", async () => {
    const nothing = {} as never;
    const { error, resources } = await attempt(
      () =>
        new FargateService("A", {
          network: nothing as Network,
          cluster: nothing,
          loadBalancer: nothing,
          imageRepository: nothing,
          port: 0,
          memory: 513,
        }),
    );
    assert.match(String(error?.message), /^FargateService "A" has 3 mistakes\./);
    assert.deepEqual(resources, []);
  });
});
