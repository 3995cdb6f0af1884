import assert from "node:assert/strict";
import { before } from "mocha";
import { everything, stacks, threeServices } from "./config/stacks";
import {
  gitHub,
  newRepository,
  only,
  type Recorded,
  runStack,
  stackConfig,
  type World,
} from "./harness";

type Config = Record<string, unknown>;

/** Every requested repository exists, with an id of its own. */
const world: World = {
  calls: {
    "github:index/getRestApi:getRestApi": (inputs) =>
      gitHub(newRepository, {
        id: String(inputs.endpoint).includes("octo-app") ? 4242 : 5353,
      })(inputs),
  },
};

/** The types of the stack's direct children, which `index.ts` creates. */
const ofProgram = new Set([
  "slipway:network:Network",
  "slipway:cluster:Cluster",
  "slipway:load-balancer:LoadBalancer",
  "slipway:github:GitHubOidc",
  "slipway:image-repository:ImageRepository",
  "slipway:fargate-service:FargateService",
  "slipway:notices:Notices",
  "slipway:dashboard:Dashboard",
  "slipway:waf:Waf",
  "slipway:cloudfront:CloudFront",
  "slipway:frontend:Frontend",
  "slipway:github:FrontendDeployment",
  "slipway:database:Database",
  "slipway:client-vpn:ClientVpn",
  "slipway:service-connect:ServiceConnectNamespace",
  "slipway:github:GitHubEnvironment",
  "slipway:github:GitHubDeployment",
  "pulumi:providers:github",
]);

/** The inputs that the engine compares, as a string. */
function compared({ inputs = {}, ignoreChanges = [] }: Partial<Recorded> = {}): string {
  const seen = Object.entries(inputs).filter(([name]) => !ignoreChanges.includes(name));
  return JSON.stringify(Object.fromEntries(seen));
}

/** The actions for which AWS has no resource-level permissions, each with the reason. */
const withoutResource: Readonly<Record<string, string>> = {
  "ecr:GetAuthorizationToken": "a registry's token is the account's",
  "ecs:DescribeTaskDefinition": "no resource type in the service authorization reference",
  "ecs:DiscoverPollEndpoint": "no resource type in the service authorization reference",
  "ecs:ListTasks":
    "its resource is a container instance, which Fargate does not have; a condition restricts it to the cluster",
  ...Object.fromEntries(
    ["Listeners", "Rules", "TargetGroups", "TargetHealth"].map((what) => [
      `elasticloadbalancing:Describe${what}`,
      "no resource type in the service authorization reference",
    ]),
  ),
  ...Object.fromEntries(
    [
      ...["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms"],
      ...["cloudwatch:DescribeAlarmsForMetric", "cloudwatch:GetMetricData"],
      ...["cloudwatch:GetMetricStatistics", "cloudwatch:GetMetricWidgetImage"],
      ...["cloudwatch:ListMetrics", "ec2:DescribeRegions", "logs:DescribeLogGroups"],
      ...["logs:GetQueryResults", "logs:StopQuery", "tag:GetResources"],
    ].map((action) => [
      action,
      "Slack and Grafana: metrics have no resource type, lists are of all",
    ]),
  ),
  "ssmmessages:CreateControlChannel": "ECS Exec: no resource type",
  "ssmmessages:CreateDataChannel": "ECS Exec: no resource type",
  "ssmmessages:OpenControlChannel": "ECS Exec: no resource type",
  "ssmmessages:OpenDataChannel": "ECS Exec: no resource type",
};

/** AWS's maximum length of the name, minus what autonaming appends: a hyphen and 7 characters. */
const longestNames: Readonly<Record<string, number>> = {
  "aws:lb/loadBalancer:LoadBalancer": 32 - 8,
  "aws:lb/targetGroup:TargetGroup": 32 - 8,
  "aws:iam/role:Role": 64 - 8,
  "aws:ecr/repository:Repository": 256 - 8,
  "aws:ecs/cluster:Cluster": 255 - 8,
  "aws:ecs/service:Service": 255 - 8,
};

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: object;
}

const list = (value: string | string[]) => (Array.isArray(value) ? value : [value]);

function statements(resources: readonly Recorded[]): Statement[] {
  return resources
    .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
    .flatMap(({ inputs }) => JSON.parse(String(inputs.policy)).Statement);
}

for (const [stack, config] of [...stacks, ["everything", everything] as const]) {
  describe(`the stack ${stack}`, () => {
    let resources: readonly Recorded[];
    let outputs: unknown;
    let released: Awaited<ReturnType<typeof runStack>>;

    before(async () => {
      ({ resources, outputs } = await runStack(config, world, stack));
      const registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
      const image = (path: string) => `${registry}/${path.split("/").at(-1)}:4f2a`;
      released = await runStack(config, { ...world, image }, stack);
    });

    it("has no orphan: each resource is in its component", async () => {
      const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
      assert.equal(byUrn.size, resources.length, "two resources have the same URN");
      for (const { parent, type, name } of resources) {
        const component = byUrn.get(parent);
        assert.equal(component?.custom ?? false, false, `${name} is in no component`);
        assert.equal(component === undefined, ofProgram.has(type), `${type} ${name}`);
      }
    });

    it("allows an action on all resources only if AWS has no resource-level permissions for it", async () => {
      const broad = statements(resources).filter(({ Resource }) => list(Resource).includes("*"));
      const actions = broad.flatMap(({ Action }) => list(Action));
      assert.deepEqual(
        actions.filter((action) => !(action in withoutResource)),
        [],
      );
      assert.ok(broad.length > 0, "no statement for every resource, not even ECR's login");
      for (const { Action, Resource } of statements(resources)) {
        assert.ok(
          list(Action).every((action) => /^[\w-]+:\w+$/.test(action)),
          `${Action}`,
        );
        const wildcards = list(Resource).filter((arn) => arn !== "*" && /[*?]/.test(arn));
        // Streams of a log group, revisions of a family, deployments of a service, tasks and instances of a cluster, rules of a load balancer,
        // and the files of a site.
        assert.ok(
          wildcards.every((arn) =>
            /^arn:aws:s3:::[^*]+\/(?:live|releases)\/\*$|^arn:[^*]+:(?:log-group:|task-definition\/|service-deployment\/|container-instance\/|task\/|listener-rule\/app\/)[^*]+[:/]\*$/.test(
              arn,
            ),
          ),
          `${wildcards}`,
        );
      }
    });

    it("trusts nobody through a wildcard", async () => {
      const trusts = resources
        .filter(({ type }) => type === "aws:iam/role:Role")
        .flatMap(({ inputs }) => JSON.parse(String(inputs.assumeRolePolicy)).Statement);
      assert.ok(trusts.length >= 3, `only ${trusts.length} trust policies`);
      for (const { Principal, Condition } of trusts) {
        assert.doesNotMatch(JSON.stringify([Principal, Condition.StringEquals]), /[*?]/);
      }
    });

    it("has names that AWS accepts", async () => {
      for (const { type, name } of resources) {
        const longest = longestNames[type];
        assert.ok(longest === undefined || name.length <= longest, `${type} ${name}`);
      }
      assert.ok(
        resources.some(({ type }) => type === "aws:lb/targetGroup:TargetGroup"),
        "there is no target group",
      );
    });

    it("leaves tags to the provider's default tags", async () => {
      // If a tag is in both, the resource's value applies, and a different value shows a change.
      // The provider adds no default tags to an Auto Scaling group.
      const tagged = resources.filter(
        ({ type, inputs }) =>
          !type.startsWith("aws:autoscaling/") &&
          Object.keys(inputs.tags ?? {}).some((key) => !key.startsWith("slipway:")),
      );
      assert.deepEqual(
        tagged.map(({ name }) => name),
        [],
      );
      assert.ok("aws:defaultTags" in config, "the stack file has no aws:defaultTags");
    });

    it("protects with one setting the resources that nobody can restore, and none that an edit replaces", async () => {
      const { deletionProtection } = (config["slipway:loadBalancer"] ?? {}) as Config;
      const types = resources.filter((one) => one.custom && one.protect).map(({ type }) => type);
      const repositories = config["slipway:services"] as unknown[];
      const expected = [
        ...repositories.map(() => "aws:ecr/repository:Repository"),
        "aws:lb/loadBalancer:LoadBalancer",
        // By its own setting, which is on by default.
        ...("slipway:database" in config ? ["aws:rds/cluster:Cluster"] : []),
        ...(JSON.stringify(config).includes('"efs"') ? ["aws:efs/fileSystem:FileSystem"] : []),
        ...(JSON.stringify(config).includes('"cognito"') ? ["aws:cognito/userPool:UserPool"] : []),
      ];
      assert.deepEqual(types.sort(), deletionProtection ? expected.sort() : []);
    });

    it("gives no fixed name to what Pulumi can name", async () => {
      const named = resources
        .filter(({ custom, type, inputs }) => custom && type.startsWith("aws:") && inputs.name)
        .map(({ type }) => type);
      // These have fixed names: the pointer, which CI and people look for; DNS records; the group to which AWS writes a database's logs;
      // capacity providers, because a service's capacity is compared with them; a worker's queue, because its senders must know the URL.
      assert.deepEqual(
        [...new Set(named)].filter((type) => !type.startsWith("aws:route53")).sort(),
        [
          ...("slipway:database" in config ? ["aws:cloudwatch/logGroup:LogGroup"] : []),
          ...("capacityProviders" in Object(config["slipway:cluster"])
            ? ["aws:ecs/capacityProvider:CapacityProvider"]
            : []),
          ...(JSON.stringify(config).includes("worker") ? ["aws:sqs/queue:Queue"] : []),
          "aws:ssm/parameter:Parameter",
        ],
      );
    });

    it("gives tasks private subnets, no public address, and only the load balancer as a caller", async () => {
      const services = resources.filter(({ type }) => type === "aws:ecs/service:Service");
      assert.ok(services.length > 0, "no service");
      for (const { inputs } of services) {
        const network = inputs.networkConfiguration as { assignPublicIp: boolean };
        assert.equal(network.assignPublicIp, false);
      }
      const open = resources.filter(
        ({ type, inputs }) => type.includes("SecurityGroupIngressRule") && inputs.cidrIpv4,
      );
      assert.deepEqual(
        [...new Set(open.map(({ inputs }) => inputs.securityGroupId))],
        [`${stack}-load-balancer-id`],
      );
    });

    it("writes no image and no secret to its outputs", async () => {
      assert.deepEqual(released.outputs, outputs);
      assert.doesNotMatch(JSON.stringify(outputs), /4f2a|unreleased|test-token|:role\//);
    });

    it("changes only the image with a release", async () => {
      const changed = released.resources.filter((now) => {
        const before = resources.find(({ urn }) => urn === now.urn);
        return compared(before) !== compared(now);
      });
      assert.deepEqual([...new Set(changed.map(({ type }) => type))].sort(), [
        "aws:ecs/service:Service",
        "aws:ecs/taskDefinition:TaskDefinition",
      ]);
    });
  });
}

describe("the stack of three services", () => {
  let resources: readonly Recorded[];
  let outputs: unknown;

  before(async () => {
    ({ resources, outputs } = await runStack(threeServices, world, "three"));
  });

  it("shares network, cluster and load balancer, and gives each request one service", async () => {
    for (const type of ["network:Network", "cluster:Cluster", "load-balancer:LoadBalancer"]) {
      assert.equal(only(resources, `slipway:${type}`).name, "three");
    }
    const rules = resources
      .filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule")
      .sort((a, b) => Number(a.inputs.priority) - Number(b.inputs.priority));
    assert.deepEqual(
      rules.map(({ name, inputs }) => [name, inputs.conditions]),
      [
        ["admin", [{ hostHeader: { values: ["admin.example.com"] } }]],
        ["api", [{ pathPattern: { values: ["/api/*"] } }]],
        ["web", [{ pathPattern: { values: ["/*"] } }]],
      ],
    );
    assert.equal(new Set(rules.map(({ inputs }) => inputs.priority)).size, 3);
  });

  it("keeps each repository's own settings, files and trust", async () => {
    const files = resources
      .filter(({ type }) => type === "github:index/repositoryFile:RepositoryFile")
      .map(({ inputs }) => `${inputs.repository} ${inputs.branch} ${inputs.file}`);
    assert.deepEqual(files.sort(), [
      "octo-admin main .github/slipway/release-three.sh",
      "octo-admin main .github/workflows/deploy-admin-three.yml",
      "octo-app main .github/slipway/release-three.sh",
      "octo-app main .github/workflows/deploy-api-three.yml",
      "octo-app main .github/workflows/deploy-web-three.yml",
    ]);
    const secrets = resources
      .filter(({ type }) => type.includes("actionsEnvironmentSecret"))
      .map(({ inputs }) => `${inputs.repository} ${inputs.secretName}`);
    assert.deepEqual(secrets.sort(), [
      "octo-admin AWS_ROLE_TO_ASSUME_ADMIN",
      "octo-app AWS_ROLE_TO_ASSUME_API",
      "octo-app AWS_ROLE_TO_ASSUME_WEB",
    ]);
    const subjects = (name: string) =>
      JSON.parse(String(only(resources, "aws:iam/role:Role", name).inputs.assumeRolePolicy))
        .Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"];
    assert.deepEqual(subjects("admin-deploy"), [
      "repo:octo-org/octo-admin:environment:three",
      "repo:octo-org@77/octo-admin@5353:environment:three",
    ]);
    assert.deepEqual(subjects("web-deploy"), subjects("api-deploy"));
    // Nothing is written twice.
    const written = resources
      .filter(({ type }) => type.startsWith("github:"))
      .map(({ type, inputs: { repository, branch, file, secretName, variableName } }) =>
        JSON.stringify([type, repository, branch, file, secretName, variableName]),
      );
    assert.equal(new Set(written).size, written.length);
  });

  it("names the objects on GitHub by the repository's id, in whatever letter case it is written", async () => {
    const names = (all: readonly Recorded[]) =>
      all.filter(({ type }) => type === "slipway:github:GitHubEnvironment").map(({ name }) => name);
    assert.deepEqual(names(resources), ["github-4242", "github-5353"]);
    const config = stackConfig("Pulumi.dev.yaml");
    const [api] = config["slipway:services"] as Record<string, unknown>[];
    // GitHub answers with the name as its owner writes it.
    const repositoryBody = { name: "octo-app", owner: { login: "octo-org", id: 77 } };
    const spelled = { ...api, name: "web", repository: "Octo-Org/OCTO-APP", rule: {} };
    const { resources: one } = await runStack(
      { ...config, "slipway:services": [{ ...api, rule: { pathPatterns: ["/api/*"] } }, spelled] },
      {
        calls: {
          "github:index/getRestApi:getRestApi": gitHub(newRepository, repositoryBody),
        },
      },
    );
    assert.deepEqual(names(one), ["github-4242"]);
    assert.equal(one.filter(({ type }) => type === "slipway:github:GitHubDeployment").length, 2);
  });

  it("uses one provider per owner for everything on GitHub", async () => {
    const provider = only(resources, "pulumi:providers:github");
    const onGitHub = resources.filter(({ type }) => type.startsWith("github:"));
    assert.ok(onGitHub.length >= 10, String(onGitHub.length));
    assert.ok(
      onGitHub.every((resource) => resource.provider === `${provider.urn}::octo-org-id`),
      `an object does not use ${provider.urn}`,
    );
  });

  it("outputs where each service is", async () => {
    const registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
    const service = (name: string, repository = "octo-org/octo-app") => ({
      service: name,
      taskDefinition: `slipway-three-${name}`,
      repository,
      imageRepository: `${registry}/${name}`,
      releasePointer: `/slipway/slipway/three/${name}/image`,
      logGroup: name,
      stoppedTasks: `/aws/events/${name}-stopped-tasks`,
      expectedSeconds: 340,
      workflow: `.github/workflows/deploy-${name}-three.yml`,
    });
    assert.deepEqual(outputs, {
      url: "http://three.elb.amazonaws.com",
      cluster: "three",
      services: {
        api: service("api"),
        admin: service("admin", "octo-org/octo-admin"),
        web: service("web"),
      },
    });
  });
});

describe("the stack files", () => {
  it("dev is small and cheap", async () => {
    const { resources } = await runStack(stackConfig("Pulumi.dev.yaml"), world, "dev");
    const { natGateways, numberOfAvailabilityZones } = only(resources, "awsx:ec2:Vpc").inputs;
    assert.deepEqual([natGateways, numberOfAvailabilityZones], [{ strategy: "Single" }, 2]);
    const { desiredCount, capacityProviderStrategies } = only(
      resources,
      "aws:ecs/service:Service",
    ).inputs;
    assert.equal(desiredCount, 1);
    assert.deepEqual(capacityProviderStrategies, [
      { capacityProvider: "FARGATE_SPOT", weight: 1, base: 0 },
    ]);
  });

  it("prod survives the loss of a zone", async () => {
    const { resources } = await runStack(stackConfig("Pulumi.prod.yaml"), world, "prod");
    const { natGateways, numberOfAvailabilityZones } = only(resources, "awsx:ec2:Vpc").inputs;
    assert.deepEqual([natGateways, numberOfAvailabilityZones], [{ strategy: "OnePerAz" }, 3]);
    assert.equal(only(resources, "aws:ecs/service:Service").inputs.desiredCount, 2);
    assert.equal(only(resources, "aws:appautoscaling/target:Target").inputs.minCapacity, 2);
    only(resources, "aws:lb/listener:Listener", "prod-https");
  });
});
