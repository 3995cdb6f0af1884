import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { json, type Recorded, runStack, stackConfig } from "../../harness";

/** docs/security.md says which controls of AWS Security Hub pass. These functions compute this from the resources of both stack files. */

type Resources = readonly Recorded[];
type Container = Readonly<Record<string, unknown>>;

const of = (resources: Resources, type: string) => resources.filter((one) => one.type === type);

/** Whether every resource of a type meets a condition; undefined if there is none. */
const every =
  (type: string, test: (inputs: Recorded["inputs"], resource: Recorded) => boolean) =>
  (resources: Resources) => {
    const found = of(resources, type);
    return found.length > 0 ? found.every((one) => test(one.inputs, one)) : undefined;
  };

const containers = (test: (container: Container) => boolean) =>
  every("aws:ecs/taskDefinition:TaskDefinition", (_, resource) =>
    json<Container[]>(resource, "containerDefinitions").every(test),
  );

const loadBalancer = (test: (inputs: Recorded["inputs"]) => boolean) =>
  every("aws:lb/loadBalancer:LoadBalancer", test);

/** Whether a rule for everybody opens only ports that are allowed. */
const open = (allowed: (port: number) => boolean) => (resources: Resources) =>
  of(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .filter(({ inputs }) => inputs.cidrIpv4 === "0.0.0.0/0")
    .every(({ inputs }) => inputs.fromPort === inputs.toPort && allowed(Number(inputs.fromPort)));

const listener = "aws:lb/listener:Listener";
const bucket = "aws:s3/bucket:Bucket";

/** https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19 */
const risky = [
  ...[20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000],
  ...[5432, 5500, 5601, 8080, 8088, 8888, 9200, 9300],
];

/** The pages of the controls: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html */
const controls: Readonly<Record<string, (resources: Resources) => boolean | undefined>> = {
  "ACM.1": every("aws:acm/certificate:Certificate", (it) => it.validationMethod === "DNS"),
  "EC2.2": every(
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    ({ ingress, egress }) => !ingress && !egress,
  ),
  "EC2.6": (resources) =>
    of(resources, "aws:ec2/flowLog:FlowLog").some(({ inputs }) => inputs.trafficType === "REJECT"),
  "EC2.15": every("awsx:ec2:Vpc", ({ subnetSpecs }) => {
    const specs = subnetSpecs as { type: string }[];
    return specs.every(({ type }) => type !== "Public");
  }),
  "EC2.18": open((port) => [80, 443].includes(port)),
  "EC2.19": open((port) => !risky.includes(port)),
  "ECR.1": every("aws:ecr/repository:Repository", ({ imageScanningConfiguration: scanning }) =>
    Boolean((scanning as { scanOnPush?: boolean }).scanOnPush),
  ),
  "ECR.2": every(
    "aws:ecr/repository:Repository",
    ({ imageTagMutability }) => imageTagMutability === "IMMUTABLE",
  ),
  "ECR.3": (resources) =>
    of(resources, "aws:ecr/lifecyclePolicy:LifecyclePolicy").length ===
    of(resources, "aws:ecr/repository:Repository").length,
  "ECS.2": every("aws:ecs/service:Service", ({ networkConfiguration: network }) =>
    Object.is((network as { assignPublicIp?: boolean }).assignPublicIp, false),
  ),
  "ECS.3": every("aws:ecs/taskDefinition:TaskDefinition", ({ pidMode }) => pidMode !== "host"),
  "ECS.4": containers(({ privileged }) => !privileged),
  "ECS.5": containers(({ readonlyRootFilesystem }) => readonlyRootFilesystem === true),
  "ECS.9": containers(({ logConfiguration }) => logConfiguration !== undefined),
  "ECS.10": every("aws:ecs/service:Service", ({ platformVersion = "LATEST" }) =>
    ["LATEST", "1.4.0"].includes(String(platformVersion)),
  ),
  "ECS.12": every("aws:ecs/cluster:Cluster", ({ settings }) =>
    ["enabled", "enhanced"].includes((settings as { value: string }[])[0]?.value ?? ""),
  ),
  "ECS.20": containers(
    ({ user }) => user !== undefined && !/^(?:root|0)(?::|$)/.test(String(user)),
  ),
  "ELB.1": every(listener, ({ protocol, defaultActions }) => {
    const [action] = defaultActions as { type: string }[];
    return protocol === "HTTPS" || action?.type === "redirect";
  }),
  "ELB.4": loadBalancer(({ dropInvalidHeaderFields }) => dropInvalidHeaderFields === true),
  "ELB.5": loadBalancer(({ accessLogs }) => (accessLogs as { enabled: boolean }).enabled),
  "ELB.6": loadBalancer(({ enableDeletionProtection }) => enableDeletionProtection === true),
  "ELB.12": loadBalancer(({ desyncMitigationMode: mode }) =>
    ["defensive", "strictest"].includes(String(mode)),
  ),
  "ELB.13": loadBalancer(({ subnets }) => (subnets as unknown[]).length >= 2),
  "ELB.17": (resources) => {
    const policies = of(resources, listener).flatMap(({ inputs }) => inputs.sslPolicy ?? []);
    return policies.length === 0
      ? undefined
      : policies.every((policy) => /-TLS13-1-[23]-(?:Res-)?PQ-2025-09$/.test(String(policy)));
  },
  "ELB.18": every(listener, ({ protocol }) => protocol === "HTTPS"),
  "ELB.21, ELB.22": every("aws:lb/targetGroup:TargetGroup", ({ protocol }) => protocol === "HTTPS"),
  "S3.5": every("aws:s3/bucketPolicy:BucketPolicy", ({ policy }) =>
    /"Deny".*"aws:SecureTransport":"false"/.test(String(policy)),
  ),
  "S3.8": every(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    ({ bucket: _, ...blocks }) =>
      Object.values(blocks).length === 4 && Object.values(blocks).every((value) => value === true),
  ),
  "S3.9": every(bucket, ({ logging }) => logging !== undefined),
};

const words = (passes: boolean | undefined) =>
  passes === undefined ? "–" : passes ? "passes" : "fails";

describe("the controls of AWS Security Hub in docs/security.md", () => {
  const page = readFileSync(join(__dirname, "../../../docs/security.md"), "utf8");
  const rows = [...page.matchAll(/^\| ([A-Z][A-Z0-9]+\.\d+[^|]*) \| [^|]+ \| (\S+) \| (\S+) \|/gm)];

  it("pass and fail as the page says, for the resources of both stack files", async () => {
    const [dev, prod] = [
      await runStack(stackConfig("Pulumi.dev.yaml"), undefined, "dev"),
      await runStack(stackConfig("Pulumi.prod.yaml"), undefined, "prod"),
    ];
    assert.deepEqual(
      rows.map(([, control, ...columns]) => [control, ...columns]),
      Object.entries(controls).map(([control, test]) => [
        control,
        words(test(dev.resources)),
        words(test(prod.resources)),
      ]),
    );
  });

  it("pass with the options that the page names", async () => {
    const config = stackConfig("Pulumi.prod.yaml");
    const [api] = config["slipway:services"] as [object];
    const hardened = { ...api, readonlyRootFilesystem: true, user: "1000:1000" };
    const { resources } = await runStack({ ...config, "slipway:services": [hardened] });
    const released = resources.filter(({ name }) => !name.endsWith("-placeholder"));
    for (const control of ["ECS.5", "ECS.20"]) {
      assert.equal(controls[control]?.(released), true, control);
      assert.equal(controls[control]?.(resources), false, `${control}, with the placeholder`);
    }
  });
});
