import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as proto from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { parse } from "yaml";
import type { Problem } from "../components/shared/errors";

/** One resource as the program asked for it: inputs and options. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** URN of the parent; empty for a direct child of the stack. */
  readonly parent: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** URNs, sorted. */
  readonly dependencies: readonly string[];
  readonly custom: boolean;
  readonly protect: boolean;
  /** `<urn>::<id>` of an explicit provider. */
  readonly provider: string;
}

/** What AWS, GitHub and the environment answer in a test. */
export interface World {
  /** Answers of invokes by token. Other invokes fail, so that no test depends on a call that it does not list. */
  readonly calls?: Readonly<Record<string, (inputs: Record<string, unknown>) => object>>;
  /** The release pointers' values. Default: `unreleased`. */
  readonly image?: string | ((path: string) => string);
  /** The weights of every service's rule by target group. Default: all to the first. */
  readonly traffic?: readonly (readonly [group: string, weight: number])[];
  /** The release records' values. Default: `unreleased`. */
  readonly record?: string;
  /** The GitHub token in the environment; null for none. */
  readonly token?: string | null;
}

export interface Run {
  readonly resources: readonly Recorded[];
  /** Every call of a provider's function, with the explicit provider: `<urn>::<id>`. */
  readonly invokes: readonly { readonly token: string; readonly provider: string }[];
  readonly outputs: unknown;
}

const account = "123456789012";
const region = "eu-central-1";
const root = join(__dirname, "..");

export const repositoryAnswer = (overrides: Record<string, unknown> = {}) => ({
  id: 4242,
  name: "octo-app",
  owner: { login: "octo-org", id: 77 },
  default_branch: "main",
  permissions: { admin: true },
  ...overrides,
});

export function restApi(
  body: unknown,
  { code = 200, scopes = "repo, workflow" }: { code?: number; scopes?: string } = {},
) {
  return {
    code,
    status: String(code),
    id: "1",
    headers: JSON.stringify(scopes ? { "X-Oauth-Scopes": [scopes] } : {}),
    body: JSON.stringify(body),
  };
}

/** GitHub's answers about a repository, by the part of the endpoint after its name; undefined is a 404. */
export type GitHub = Readonly<Record<string, unknown>>;

/** A repository that has every requested branch, and no rules, environments and workflow files. */
export const newRepository: GitHub = {
  "/branches/*": { protected: false },
  "/rules/branches/*": [],
  "/actions/secrets/public-key": { key_id: "1", key: "k" },
  "/teams": [{ id: 2 }],
};

/** `getRestApi` of such a repository. A key may end in `*`; an answer of `restApi` is taken as it is. */
export function gitHub(answers: GitHub = newRepository, overrides: Record<string, unknown> = {}) {
  return ({ endpoint }: Record<string, unknown>): object => {
    const [, owner = "", name = "", rest = ""] =
      /^repos\/([^/]+)\/([^/]+)(\/[^?]*)?/.exec(String(endpoint)) ?? [];
    const exact = rest in answers ? rest : undefined;
    const key =
      exact ?? Object.keys(answers).find((one) => one.endsWith("*") && matches(one, rest));
    const answer = rest
      ? key && answers[key]
      : (answers[""] ?? repositoryAnswer({ name, owner: { login: owner, id: 77 }, ...overrides }));
    if (answer instanceof Error) {
      throw Object.assign(answer, { details: answer.message });
    }
    const whole = typeof answer === "object" && answer !== null && "headers" in answer;
    return whole
      ? answer
      : restApi(answer ?? { message: "Not Found" }, { code: answer ? 200 : 404 });
  };
}

/** A star is one segment. */
function matches(pattern: string, rest: string): boolean {
  const stem = pattern.slice(0, -1);
  return rest.startsWith(stem) && !rest.slice(stem.length).includes("/");
}

/** Runs a program on Pulumi's mocks, and returns every resource that it registers, with its outputs. */
export async function run<T>(
  program: () => T | Promise<T>,
  world: World = {},
  stack = "dev",
): Promise<Run> {
  const { error, ...result } = await attempt(program, world, stack);
  if (error) {
    throw error;
  }
  return result;
}

/** The same for a program that may throw: returns what it registered before that, and what it threw. */
export async function attempt<T>(
  program: () => T | Promise<T>,
  world: World = {},
  stack = "dev",
): Promise<Run & { readonly error?: Error }> {
  let unanswered: (error: Error) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    unanswered = reject;
  });
  const invokes: { token: string; provider: string }[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: (args) => ({
      id: `${args.name}-id`,
      state: { ...args.inputs, ...computed(args) },
    }),
    call({ token, inputs, provider = "" }) {
      invokes.push({ token, provider });
      const answer = { ...defaultCalls(world), ...world.calls }[token];
      if (!answer) {
        unanswered(new Error(`the test knows no answer to ${token}`));
        return {};
      }
      return answer(inputs);
    },
  };
  const environment = ownEnvironment(world);
  const { stackTraceLimit } = Error;
  // The SDK records a stack trace for each promise, which takes four fifths of the time. Remove the line to see where a program fails.
  Error.stackTraceLimit = 0;
  const recorder = new Recorder(mocks);
  await pulumi.runtime.setMocks(mocks, "slipway", stack, false);
  pulumi.runtime.setMockOptions(recorder, "slipway", stack, false, "organization");
  try {
    const outcome = async () => known(pulumi.output(await program()));
    const outputs = await Promise.race([outcome(), failure]);
    return { resources: recorder.recorded, invokes, outputs };
  } catch (error) {
    return { resources: recorder.recorded, invokes, outputs: undefined, error: error as Error };
  } finally {
    await pulumi.runtime.disconnect();
    Error.stackTraceLimit = stackTraceLimit;
    environment.restore();
  }
}

/** Pulumi's mocks pass on neither parents nor options: this class keeps the requests, which contain both. */
class Recorder extends MockMonitor {
  readonly recorded: Recorded[] = [];

  override async registerResource(
    request: proto.RegisterResourceRequest,
    callback: (error: unknown, response: proto.RegisterResourceResponse) => void,
  ): Promise<void> {
    await super.registerResource(request, (error, response) => {
      if (response) {
        this.record(request, response.getUrn());
      }
      callback(error, response);
    });
  }

  private record(request: proto.RegisterResourceRequest, urn: string): void {
    this.recorded.push({
      type: request.getType(),
      name: request.getName(),
      urn,
      parent: request.getParent(),
      inputs: pulumi.runtime.deserializeProperties(request.getObject() ?? new Struct()),
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      dependencies: request.getDependenciesList().sort(),
      custom: request.getCustom(),
      protect: request.getProtect() ?? false,
      provider: request.getProvider(),
    });
  }
}

/** Replaces the machine's own variables, so that they do not affect a test. */
function ownEnvironment({ token = "test-token" }: World) {
  const own: Record<string, string | undefined> = {
    GITHUB_TOKEN: token ?? undefined,
    AWS_REGION: undefined,
    AWS_DEFAULT_REGION: undefined,
    PULUMI_CONFIG_SECRET_KEYS: undefined,
  };
  const before = Object.keys(own).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  };
  const setAll = (entries: readonly (readonly [string, string | undefined])[]) => {
    for (const [name, value] of entries) {
      set(name, value);
    }
  };
  setAll(Object.entries(own));
  return {
    restore: () => {
      setAll(before);
      // Mocha runs the next file in this process.
      pulumi.runtime.setAllConfig({}, []);
    },
  };
}

function known<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

/** A provider's error; the SDK takes its message from `details`. */
export function refusal(message: string): Error {
  return Object.assign(new Error(message), { details: message });
}

const existingLoadBalancer = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/main/50dc6c49`;
export const existingListener = `arn:aws:elasticloadbalancing:${region}:${account}:listener/app/main/50dc6c49/f2f7dc8e`;
export const existingTestListener = existingListener.replace("f2f7dc8e", "a1b2c3d4");

/** The load balancer `main`, with an HTTPS listener and a test listener on port 9000. */
const listeners: NonNullable<World["calls"]> = {
  "aws:lb/getListener:getListener": ({ arn }) => ({
    arn,
    loadBalancerArn: existingLoadBalancer,
    ...(arn === existingTestListener
      ? { port: 9000, protocol: "HTTP" }
      : { port: 443, protocol: "HTTPS" }),
    defaultActions: [{ type: "fixed-response" }],
  }),
  "aws:lb/getLoadBalancer:getLoadBalancer": ({ arn }) => ({
    arn,
    name: "main",
    arnSuffix: "app/main/50dc6c49",
    dnsName: "main.elb.amazonaws.com",
    loadBalancerType: "application",
    securityGroups: ["sg-0a1b"],
    vpcId: "vpc-0a1b",
  }),
};

export function defaultCalls(world: World): NonNullable<World["calls"]> {
  return {
    "aws:ec2/getInstanceType:getInstanceType": ({ instanceType }) =>
      instanceTypeOf(String(instanceType)),
    "aws:ec2/getVpc:getVpc": ({ id }) => ({
      ...{ id, cidrBlock: "172.16.0.0/16" },
      ...{ cidrBlockAssociations: [], instanceTenancy: "default" },
    }),
    "aws:lb/getListenerRule:getListenerRule": ({ arn, priority }) => {
      if (priority !== undefined) {
        throw refusal("empty result");
      }
      return {
        arn,
        actions: [
          {
            type: "forward",
            forwards: [
              {
                targetGroups: (world.traffic ?? []).map(([group, weight]) => ({
                  arn: `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${group}/1`,
                  weight,
                })),
              },
            ],
          },
        ],
      };
    },
    "aws:ecs/getService:getService": () => ({
      desiredCount: 1,
      runningCount: 1,
      taskSets: [{ status: "PRIMARY", stabilityStatus: "STEADY_STATE" }],
      events: [],
    }),
    "aws:ssm/getParametersByPath:getParametersByPath": ({ path }) => {
      const { image = "unreleased" } = world;
      const values = {
        image: typeof image === "function" ? image(String(path)) : image,
        release: world.record ?? "unreleased",
      };
      return {
        path,
        names: Object.keys(values).map((name) => `${path}/${name}`),
        values: Object.values(values),
      };
    },
    "aws:ecs/getCluster:getCluster": ({ clusterName }) => ({
      clusterName,
      arn: `arn:aws:ecs:${region}:${account}:cluster/${clusterName}`,
    }),
    "aws:cloudwatch/getLogGroup:getLogGroup": ({ name }) => ({
      name,
      arn: `arn:aws:logs:${region}:${account}:log-group:${name}`,
      logGroupClass: "STANDARD",
    }),
    ...listeners,
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ name }) => ({
      id: "pl-cloudfront",
      name,
    }),
    "aws:route53/getZone:getZone": ({ name }) => ({ name, zoneId: "Z123" }),
    "aws:secretsmanager/getSecretVersion:getSecretVersion": ({ secretId }) => ({
      secretId,
      secretString: JSON.stringify({ clientSecret: "s3cr3t" }),
    }),
    "aws:ecr/getRepository:getRepository": ({ name }) => ({
      name,
      arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
      repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
    }),
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": () => ({
      arn: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
    }),
    "github:index/getRestApi:getRestApi": gitHub(),
  };
}

/** The provider's answer, by EC2's own numbers: https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html */
function instanceTypeOf(instanceType: string): object {
  const types: Record<string, readonly [vcpus: number, memory: number, interfaces: number]> = {
    "t3.small": [2, 2048, 3],
    "t4g.medium": [2, 4096, 3],
    "m7g.large": [2, 8192, 3],
    "m7i.large": [2, 8192, 3],
    "mac2.metal": [8, 16_384, 8],
  };
  const [defaultVcpus, memorySize, maximumNetworkInterfaces] = types[instanceType] ?? [];
  if (defaultVcpus === undefined) {
    throw refusal(`no matching EC2 Instance Type found`);
  }
  const arm = /^[a-z]+\d+g/.test(instanceType);
  return {
    ...{ instanceType, defaultVcpus, memorySize, maximumNetworkInterfaces },
    supportedArchitectures: instanceType.startsWith("mac")
      ? ["arm64_mac"]
      : [arm ? "arm64" : "x86_64"],
    supportedUsagesClasses: instanceType.startsWith("mac") ? ["on-demand"] : ["on-demand", "spot"],
  };
}

/** What AWS would add, so that policies and dimensions can be compared by whole values. */
export function computed({ type, name, inputs }: pulumi.runtime.MockResourceArgs): object {
  const arn = (service: string, resource: string) => ({
    arn: `arn:aws:${service}:${service === "iam" ? "" : region}:${account}:${resource}`,
  });
  switch (type) {
    case "aws:ecs/cluster:Cluster":
      return { ...arn("ecs", `cluster/${name}`), name };
    case "aws:ecs/service:Service":
      return { ...arn("ecs", `service/dev/${name}`), name };
    case "aws:ecs/taskDefinition:TaskDefinition":
      return arn("ecs", `task-definition/${inputs.family}:1`);
    case "aws:ecr/repository:Repository":
      return {
        ...arn("ecr", `repository/${name}`),
        name,
        repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
      };
    case "aws:iam/role:Role":
      return { ...arn("iam", `role/${name}`), name };
    case "aws:iam/instanceProfile:InstanceProfile":
      return { ...arn("iam", `instance-profile/${name}`), name };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { latestVersion: 1 };
    case "aws:autoscaling/group:Group":
      return arn("autoscaling", `autoScalingGroup:1:autoScalingGroupName/${name}`);
    case "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
      return arn("iam", "oidc-provider/token.actions.githubusercontent.com");
    case "aws:ec2/securityGroup:SecurityGroup":
      return arn("ec2", `security-group/${name}`);
    case "aws:cloudfront/function:Function":
      return { arn: `arn:aws:cloudfront::${account}:function/${name}` };
    case "aws:s3/bucket:Bucket":
      return {
        arn: `arn:aws:s3:::${name}`,
        bucket: name,
        bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      };
    case "aws:codeconnections/connection:Connection":
      return {
        ...arn("codeconnections", `connection/${name}`),
        connectionStatus: "AVAILABLE",
      };
    case "aws:codebuild/project:Project":
      return { ...arn("codebuild", `project/${name}`), name };
    case "aws:codepipeline/pipeline:Pipeline":
      return { ...arn("codepipeline", name), name };
    case "aws:cloudfront/distribution:Distribution":
      return {
        arn: `arn:aws:cloudfront::${account}:distribution/E1`,
        ...{ domainName: "e1.cloudfront.net", hostedZoneId: "ZCF" },
      };
    case "aws:ssm/parameter:Parameter":
      return {
        ...arn("ssm", `parameter${inputs.name}`),
        // As the engine has it with `ignoreChanges`: always the first value.
        ...(inputs.type === "SecureString" && { value: "secret" }),
      };
    case "aws:cloudwatch/logGroup:LogGroup":
      return {
        ...arn("logs", `log-group:${inputs.name ?? name}`),
        name: inputs.name ?? name,
      };
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return { ...arn("cloudwatch", `alarm:${name}`), name };
    case "aws:cloudwatch/eventRule:EventRule":
      return { ...arn("events", `rule/${name}`), name };
    case "aws:cognito/userPool:UserPool":
      return arn("cognito-idp", `userpool/${name}`);
    case "aws:efs/fileSystem:FileSystem":
      return arn("elasticfilesystem", `file-system/${name}`);
    case "aws:efs/accessPoint:AccessPoint":
      return {
        ...arn("elasticfilesystem", `access-point/${name}`),
        fileSystemArn: arn("elasticfilesystem", `file-system/${inputs.fileSystemId}`).arn,
      };
    case "aws:servicediscovery/httpNamespace:HttpNamespace":
      return arn("servicediscovery", `namespace/ns-${name}`);
    case "aws:grafana/workspace:Workspace":
      return { ...arn("grafana", `/workspaces/g-${name}`), endpoint: `g-${name}.grafana.example` };
    case "aws:rds/subnetGroup:SubnetGroup":
      return { ...arn("rds", `subgrp:${name}`), name };
    case "aws:rds/clusterParameterGroup:ClusterParameterGroup":
      return { ...arn("rds", `cluster-pg:${name}`), name };
    case "aws:rds/cluster:Cluster":
      return {
        ...arn("rds", `cluster:${inputs.clusterIdentifier}`),
        clusterResourceId: "cluster-ABC",
        endpoint: `${name}.cluster.rds.example`,
        readerEndpoint: `${name}.cluster-ro.rds.example`,
        masterUserSecrets: [
          { secretArn: `arn:aws:secretsmanager:${region}:${account}:secret:rds!cluster-${name}` },
        ],
      };
    case "aws:scheduler/scheduleGroup:ScheduleGroup":
      return { ...arn("scheduler", `schedule-group/${name}`), name };
    case "aws:sns/topic:Topic":
      return { ...arn("sns", name), name };
    case "aws:sqs/queue:Queue": {
      const queue = String(inputs.name ?? name);
      return {
        ...arn("sqs", queue),
        url: `https://sqs.${region}.amazonaws.com/${account}/${queue}`,
      };
    }
    case "aws:wafv2/webAcl:WebAcl":
      return { ...arn("wafv2", `regional/webacl/${name}/1`), name };
    case "aws:lb/loadBalancer:LoadBalancer":
      return {
        ...arn("elasticloadbalancing", `loadbalancer/app/${name}/1`),
        arnSuffix: `app/${name}/1`,
        dnsName: `${name}.elb.amazonaws.com`,
        zoneId: "ZELB",
      };
    case "aws:lb/targetGroup:TargetGroup":
      return {
        ...arn("elasticloadbalancing", `targetgroup/${name}/1`),
        arnSuffix: `targetgroup/${name}/1`,
        name,
      };
    case "aws:lb/listener:Listener":
      return arn("elasticloadbalancing", `listener/app/${name}/1`);
    case "aws:lb/listenerRule:ListenerRule":
      return arn("elasticloadbalancing", `listener-rule/app/${name}/1`);
    case "aws:codedeploy/application:Application":
      return { ...arn("codedeploy", `application:${name}`), name };
    case "aws:codedeploy/deploymentGroup:DeploymentGroup":
      return arn("codedeploy", `deploymentgroup:${inputs.appName}/${name}`);
    case "aws:codedeploy/deploymentConfig:DeploymentConfig":
      return { ...arn("codedeploy", `deploymentconfig:${name}`), deploymentConfigName: name };
    case "aws:acm/certificate:Certificate":
      return {
        ...arn("acm", `certificate/${name}`),
        domainValidationOptions: [inputs.domainName, ...(inputs.subjectAlternativeNames ?? [])].map(
          (domainName: string) => ({
            domainName,
            resourceRecordName: `_x.${domainName.replace(/^\*\./, "")}`,
            resourceRecordType: "CNAME",
            resourceRecordValue: "_y.acm",
          }),
        ),
      };
    case "awsx:ec2:Vpc":
      return {
        vpcId: "vpc-1",
        vpc: { arn: `arn:aws:ec2:${region}:${account}:vpc/vpc-1`, cidrBlock: inputs.cidrBlock },
        eips: [{ publicIp: "198.51.100.1" }, { publicIp: "198.51.100.2" }],
        publicSubnetIds: ["subnet-a", "subnet-b"],
        privateSubnetIds: ["subnet-c", "subnet-d"],
        isolatedSubnetIds: ["subnet-e", "subnet-f"],
        routeTables: [{ id: "rtb-1" }],
      };
    default:
      return {};
  }
}

/** A stack file's configuration. */
export function stackConfig(file: string): Record<string, unknown> {
  return parse(readFileSync(join(root, file), "utf8")).config;
}

/** Sets the configuration as the engine passes it to the program: strings, other values as JSON, and the names of the encrypted ones. */
export function setConfig(
  config: Readonly<Record<string, unknown>>,
  secretKeys: readonly string[] = [],
) {
  const texts = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts), [...secretKeys]);
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secretKeys);
}

/** The whole program with a stack's configuration. */
export function runStack(config: Readonly<Record<string, unknown>>, world?: World, stack = "dev") {
  return run(stackProgram(config), world, stack);
}

export function stackProgram(
  config: Readonly<Record<string, unknown>>,
  secretKeys?: readonly string[],
) {
  return async () => {
    setConfig(config, secretKeys);
    const program: () => Promise<unknown> = require("../index");
    return program();
  };
}

/** The one resource of a type, and of a name where there are several. */
export function only(resources: readonly Recorded[], type: string, name?: string): Recorded {
  const found = resources.filter((r) => r.type === type && (name === undefined || r.name === name));
  const [resource] = found;
  if (!resource || found.length > 1) {
    throw new Error(`${found.length} resources are ${type} ${name ?? ""}, not one`);
  }
  return resource;
}

/** `type name` of a component's own children, sorted, without the components in it and what they hold. */
export function childrenOf(resources: readonly Recorded[], component: Recorded): string[] {
  return resources
    .filter(({ parent }) => parent === component.urn)
    .map(({ type, name }) => `${type} ${name}`)
    .sort();
}

/** A JSON document among the inputs of a resource: a policy, container definitions. */
export function json<T = unknown>(resource: Recorded, property: string): T {
  return JSON.parse(String(resource.inputs[property]));
}

/** The part of problems that a user reads. */
export function withoutReads(problems: readonly Problem[]): Omit<Problem, "reads">[] {
  return problems.map(({ path, value, allowed, fix }) => ({ path, value, allowed, fix }));
}
