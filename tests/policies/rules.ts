/** The project's requirements for the resources of a stack with every part on. A rule names the resources that break it. */
import type { Recorded } from "../harness";

export interface Rule {
  readonly title: string;
  /** The resources that the rule is about: a rule about none proves nothing. */
  readonly about: (resource: Recorded) => boolean;
  /** What is wrong with one of them; undefined if nothing is. */
  readonly broken: (resource: Recorded, all: readonly Recorded[]) => string | undefined;
}

const isType =
  (...types: readonly string[]) =>
  ({ type }: Recorded) =>
    types.some((one) => type.endsWith(one));

const unless = (fine: boolean, what: string) => (fine ? undefined : what);

const everybody = ["0.0.0.0/0", "::/0"];

export const rules: readonly Rule[] = [
  {
    title: "logs are kept for a limited time",
    about: isType(":LogGroup"),
    broken: ({ inputs }) => unless(Number(inputs.retentionInDays) > 0, "it has no retention"),
  },
  {
    title: "images are encrypted, and a tag always means the same image",
    about: isType("aws:ecr/repository:Repository"),
    broken: ({ inputs }) =>
      unless(
        Array.isArray(inputs.encryptionConfigurations) &&
          /^IMMUTABLE/.test(String(inputs.imageTagMutability)),
        "encryptionConfigurations or immutable tags are missing",
      ),
  },
  {
    title: "tasks have no public address",
    about: isType("aws:ecs/service:Service"),
    broken: ({ inputs }) =>
      unless(
        (inputs.networkConfiguration as { assignPublicIp?: boolean }).assignPublicIp === false,
        "assignPublicIp is not false",
      ),
  },
  {
    title:
      "only the load balancer's security group is open to everybody, on the ports of its users",
    about: isType(":SecurityGroupIngressRule"),
    broken: ({ inputs }) => {
      const open = everybody.includes(String(inputs.cidrIpv4 ?? inputs.cidrIpv6 ?? ""));
      const ofUsers = [80, 443].includes(Number(inputs.fromPort));
      const ofBalancer = /-load-balancer-id$/.test(String(inputs.securityGroupId));
      return unless(!open || (ofUsers && ofBalancer), `it is open on port ${inputs.fromPort}`);
    },
  },
  {
    title: "the default security group of the VPC is closed",
    about: isType(":DefaultSecurityGroup"),
    broken: ({ inputs }) => unless(!inputs.ingress && !inputs.egress, "it has rules"),
  },
  {
    title: "requests are encrypted in transit, or redirected to HTTPS",
    about: isType("aws:lb/listener:Listener"),
    broken: ({ inputs }) => {
      const [action] = inputs.defaultActions as readonly { readonly type: string }[];
      const encrypted = inputs.protocol === "HTTPS" && /-TLS13-1-2-/.test(String(inputs.sslPolicy));
      return unless(encrypted || action?.type === "redirect", `it serves ${inputs.protocol}`);
    },
  },
  {
    title:
      "users reach CloudFront with HTTPS and TLS 1.2, and it reaches the load balancer with HTTPS",
    about: isType("aws:cloudfront/distribution:Distribution"),
    broken: ({ inputs }) => {
      const [behavior, certificate, [origin] = []] = [
        inputs.defaultCacheBehavior as { viewerProtocolPolicy?: string } | undefined,
        inputs.viewerCertificate as { minimumProtocolVersion?: string } | undefined,
        inputs.origins as readonly { customOriginConfig?: { originProtocolPolicy: string } }[],
      ];
      return unless(
        behavior?.viewerProtocolPolicy === "redirect-to-https" &&
          /^TLSv1\.[23]_/.test(String(certificate?.minimumProtocolVersion)) &&
          origin?.customOriginConfig?.originProtocolPolicy === "https-only",
        "a redirect, a TLS version or HTTPS to the origin is missing",
      );
    },
  },
  {
    title: "buckets are private, encrypted, and refuse requests without TLS",
    about: isType("aws:s3/bucket:Bucket"),
    broken: ({ name }, all) => {
      const of = (type: string) => all.find((one) => one.type.endsWith(type) && one.name === name);
      const blocked = Object.values(of(":BucketPublicAccessBlock")?.inputs ?? {});
      const isPrivate = blocked.filter((value) => value === true).length === 4;
      const policy = String(of(":BucketPolicy")?.inputs.policy);
      const encrypted = of(":BucketServerSideEncryptionConfiguration") !== undefined;
      return unless(
        isPrivate && encrypted && policy.includes('"aws:SecureTransport":"false"'),
        "a public access block, an encryption or a policy is missing",
      );
    },
  },
  {
    title: "databases are encrypted, backed up for a week or more, and protected against deletion",
    about: isType("aws:rds/cluster:Cluster"),
    broken: ({ inputs }) =>
      unless(
        inputs.storageEncrypted === true &&
          Number(inputs.backupRetentionPeriod) >= 7 &&
          inputs.deletionProtection === true &&
          inputs.finalSnapshotIdentifier !== undefined &&
          inputs.manageMasterUserPassword === true,
        "encryption, backups, deletion protection, a final snapshot or a managed password is missing",
      ),
  },
  {
    title: "databases accept only connections with TLS",
    about: isType(":ClusterParameterGroup"),
    broken: ({ inputs }) => {
      const parameters = inputs.parameters as readonly { readonly name: string }[];
      const forced = ["rds.force_ssl", "require_secure_transport"];
      return unless(
        parameters.some(({ name }) => forced.includes(name)),
        "it does not require TLS",
      );
    },
  },
  {
    title: "databases have no public address",
    about: isType(":ClusterInstance"),
    broken: ({ inputs }) => unless(inputs.publiclyAccessible === false, "it has one"),
  },
  {
    title:
      "instances have encrypted disks, version 2 of the metadata service, no key and no public address",
    about: isType(":LaunchTemplate"),
    broken: ({ inputs }) => {
      const { blockDeviceMappings, metadataOptions, networkInterfaces, keyName } = inputs;
      const says = (value: unknown, text: string) => JSON.stringify(value)?.includes(text) ?? false;
      return unless(
        says(blockDeviceMappings, '"encrypted":"true"') &&
          says(networkInterfaces, '"associatePublicIpAddress":"false"') &&
          says(metadataOptions, '"httpTokens":"required"') &&
          keyName === undefined,
        "a disk, the metadata service, an address or a key is open",
      );
    },
  },
  {
    title: "messages are encrypted with the key that the stack names",
    about: isType("aws:sns/topic:Topic"),
    broken: ({ inputs }) => unless(inputs.kmsMasterKeyId !== undefined, "it has no key"),
  },
  {
    title: "nobody outside the account may publish, write or read without a condition",
    about: isType(":TopicPolicy"),
    broken: ({ inputs }) => {
      const { Statement } = JSON.parse(String(inputs.policy)) as {
        Statement: readonly { Effect: string; Condition?: object }[];
      };
      return unless(
        Statement.every(({ Effect, Condition }) => Effect === "Deny" || Condition !== undefined),
        "a statement has no condition",
      );
    },
  },
  {
    title: "file systems are encrypted, backed up, and refuse to be mounted without TLS",
    about: isType("aws:efs/fileSystem:FileSystem"),
    broken: ({ name, inputs }, all) => {
      const of = (type: string) => all.find((one) => one.type.endsWith(type) && one.name === name);
      const { status } = (of(":BackupPolicy")?.inputs.backupPolicy ?? {}) as { status?: string };
      const policy = String(of(":FileSystemPolicy")?.inputs.policy);
      return unless(
        inputs.encrypted === true &&
          status === "ENABLED" &&
          policy.includes('"aws:SecureTransport":"false"'),
        "encryption, backups or the policy is missing",
      );
    },
  },
  {
    title: "connections to the VPN are logged, and lead only to the VPC",
    about: isType("aws:ec2clientvpn/endpoint:Endpoint"),
    broken: ({ inputs }, all) => {
      const { enabled } = (inputs.connectionLogOptions ?? {}) as { enabled?: boolean };
      const targets = all
        .filter(isType(":AuthorizationRule"))
        .map((rule) => rule.inputs.targetNetworkCidr);
      return unless(
        enabled === true && inputs.splitTunnel === true && targets.join() === "10.0.0.0/16",
        "logs, split tunnel or the rule for the VPC is missing",
      );
    },
  },
  {
    title: "user pools have long passwords, and cannot be deleted by mistake",
    about: isType("aws:cognito/userPool:UserPool"),
    broken: ({ inputs }) => {
      const { minimumLength = 0 } = (inputs.passwordPolicy ?? {}) as { minimumLength?: number };
      return unless(minimumLength >= 12 && inputs.deletionProtection === "ACTIVE", "they can");
    },
  },
  {
    title: "builds keep their logs, and only builds of images run Docker",
    about: isType("aws:codebuild/project:Project"),
    broken: ({ name, inputs }, all) => {
      const { cloudwatchLogs } = (inputs.logsConfig ?? {}) as {
        cloudwatchLogs?: { groupName?: string };
      };
      const { privilegedMode } = (inputs.environment ?? {}) as { privilegedMode?: boolean };
      const logged = all.some(
        (one) => isType(":LogGroup")(one) && one.name === cloudwatchLogs?.groupName,
      );
      return unless(
        logged && privilegedMode === name.endsWith("-build"),
        "its log group is missing, or it is privileged",
      );
    },
  },
  {
    title: "each action of a pipeline has a role of its own, which is not the pipeline's",
    about: isType("aws:codepipeline/pipeline:Pipeline"),
    broken: ({ inputs }) => {
      const stages = (inputs.stages ?? []) as readonly {
        readonly actions: readonly { readonly roleArn?: string }[];
      }[];
      const roles = stages.flatMap(({ actions }) => actions.map(({ roleArn }) => roleArn));
      return unless(
        roles.length > 0 && roles.every((role) => role !== undefined && role !== inputs.roleArn),
        "an action has the pipeline's role",
      );
    },
  },
];
