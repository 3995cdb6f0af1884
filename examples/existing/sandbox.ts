/** Creates in the sandbox what the example finds on an account. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ACM } from "@aws-sdk/client-acm";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAM } from "@aws-sdk/client-iam";
import type { Sandbox } from "../../sandbox/sandbox";
import { findOrCreate } from "../../sandbox/stack";
import type { Existing } from "./config";

const region = "eu-central-1";
const names = { cluster: "main", imageRepository: "team/api", logGroup: "/team/api" };

/** The environment in which the example runs. A second run uses what the first one has created. */
export async function prepare(sandbox: Sandbox): Promise<NodeJS.ProcessEnv> {
  await findOrCreate(sandbox, "octo-org/existing");
  await mkdir(join(sandbox.folder, "state"), { recursive: true });
  const account = await Account.open(sandbox);
  const existing = (await account.find()) ?? (await account.create());
  return { ...(await sandbox.env("existing")), EXISTING: JSON.stringify(existing) };
}

/** The account that the example uses. */
class Account {
  private constructor(
    private readonly connection: {
      readonly region: string;
      readonly endpoint: string;
      readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
    },
  ) {}

  static async open(sandbox: Sandbox): Promise<Account> {
    const credentials = await sandbox.credentials("existing");
    return new Account({ region, endpoint: sandbox.endpoint, credentials });
  }

  private get ec2() {
    return new EC2(this.connection);
  }
  private get elb() {
    return new ElasticLoadBalancingV2(this.connection);
  }

  async find(): Promise<Existing | undefined> {
    const { LoadBalancers = [] } = await this.elb.describeLoadBalancers({});
    const { LoadBalancerArn, VpcId: vpcId = "" } = LoadBalancers[0] ?? {};
    if (!LoadBalancerArn) return undefined;
    const { Listeners = [] } = await this.elb.describeListeners({ LoadBalancerArn });
    const { Subnets = [] } = await this.ec2.describeSubnets({
      Filters: [{ Name: "vpc-id", Values: [vpcId] }],
    });
    const ids = Subnets.map(({ SubnetId = "" }) => SubnetId).sort();
    const arnOf = (port: number) => Listeners.find(({ Port }) => Port === port)?.ListenerArn ?? "";
    return {
      ...{ ...names, region, vpcId, listenerArn: arnOf(443), testListenerArn: arnOf(9000) },
      ...{ publicSubnetIds: ids.slice(0, 2), privateSubnetIds: ids.slice(2) },
    };
  }

  async create(): Promise<Existing> {
    const { ec2 } = this;
    const VpcId = (await ec2.createVpc({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId ?? "";
    for (const [i, zone] of ["a", "b", "a", "b"].entries()) {
      await ec2.createSubnet({
        ...{ VpcId, CidrBlock: `10.0.${i}.0/24`, AvailabilityZone: `${region}${zone}` },
      });
    }
    await this.createLoadBalancer(VpcId);
    await new ECS(this.connection).createCluster({
      clusterName: names.cluster,
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    });
    await new ECR(this.connection).createRepository({
      repositoryName: names.imageRepository,
      imageTagMutability: "IMMUTABLE",
    });
    await new CloudWatchLogs(this.connection).createLogGroup({ logGroupName: names.logGroup });
    await new IAM(this.connection).createOpenIDConnectProvider({
      Url: "https://token.actions.githubusercontent.com",
      ClientIDList: ["sts.amazonaws.com"],
    });
    const created = await this.find();
    if (!created) throw new Error("the sandbox's AWS has no load balancer after its creation");
    return created;
  }

  /** Creates the load balancer. Its default action forwards to another team's service. */
  private async createLoadBalancer(VpcId: string): Promise<void> {
    const { ec2, elb } = this;
    const { Subnets = [] } = await ec2.describeSubnets({
      Filters: [{ Name: "vpc-id", Values: [VpcId] }],
    });
    const { GroupId = "" } = await ec2.createSecurityGroup({
      ...{ GroupName: "load-balancer", Description: "Load balancer", VpcId },
    });
    const { LoadBalancers = [] } = await elb.createLoadBalancer({
      Name: "main",
      Subnets: Subnets.slice(0, 2).map(({ SubnetId = "" }) => SubnetId),
      SecurityGroups: [GroupId],
    });
    const { TargetGroups = [] } = await elb.createTargetGroup({
      ...{ Name: "others", VpcId, Port: 80, Protocol: "HTTP", TargetType: "ip" },
    });
    const { CertificateArn } = await new ACM(this.connection).requestCertificate({
      DomainName: "app.example.com",
    });
    const { TargetGroupArn } = TargetGroups[0] ?? {};
    const common = {
      LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
      DefaultActions: [{ Type: "forward" as const, TargetGroupArn }],
    };
    await elb.createListener({
      ...{ ...common, Port: 443, Protocol: "HTTPS", Certificates: [{ CertificateArn }] },
    });
    await elb.createListener({ ...common, Port: 9000, Protocol: "HTTP" });
  }
}
