import assert from "node:assert/strict";
import { ClientVpn, type ClientVpnArgs } from "../../../components/client-vpn";
import { dnsServerOf, overlap } from "../../../components/client-vpn/plan";
import { Database } from "../../../components/database";
import { Network, type NetworkArgs } from "../../../components/network";
import { clientVpnProblems } from "../../../components/stack/find-client-vpn";
import { childrenOf, only, refusal, run, type World, withoutReads } from "../../harness";
import { existingNetwork } from "../infrastructure";

type Settings = Omit<ClientVpnArgs, "database" | "network">;

const arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b";
const settings: Settings = {
  serverCertificateArn: arn,
  authentication: { clientRootCertificateChainArn: arn },
};
const samlProviderArn = "arn:aws:iam::123456789012:saml-provider/okta";
const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/0a1b";

const runVpn = (args: Settings = settings, network: NetworkArgs = {}) =>
  run(() => new ClientVpn("prod", { ...args, network: new Network("prod", network) }));

describe("ClientVpn", () => {
  it("is an endpoint in one private subnet, whose clients reach the VPC and nothing in it", async () => {
    const { resources } = await runVpn();
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:client-vpn:ClientVpn")), [
      "aws:cloudwatch/logGroup:LogGroup prod-client-vpn",
      "aws:ec2/securityGroup:SecurityGroup prod-client-vpn",
      "aws:ec2clientvpn/authorizationRule:AuthorizationRule prod",
      "aws:ec2clientvpn/endpoint:Endpoint prod",
      "aws:ec2clientvpn/networkAssociation:NetworkAssociation prod-1",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule prod-client-vpn-to-vpc",
    ]);
    assert.deepEqual(only(resources, "aws:ec2clientvpn/endpoint:Endpoint").inputs, {
      description: "Client VPN of prod",
      serverCertificateArn: arn,
      authenticationOptions: [{ type: "certificate-authentication", rootCertificateChainArn: arn }],
      clientCidrBlock: "10.255.252.0/22",
      transportProtocol: "udp",
      splitTunnel: true,
      dnsServers: ["10.0.0.2"],
      sessionTimeoutHours: 8,
      disconnectOnSessionTimeout: true,
      vpcId: "vpc-1",
      securityGroupIds: ["prod-client-vpn-id"],
      connectionLogOptions: { enabled: true, cloudwatchLogGroup: "prod-client-vpn" },
    });
    assert.deepEqual(
      only(resources, "aws:ec2clientvpn/authorizationRule:AuthorizationRule").inputs,
      {
        clientVpnEndpointId: "prod-id",
        description: "The VPC",
        targetNetworkCidr: "10.0.0.0/16",
        authorizeAllGroups: true,
      },
    );
    assert.deepEqual(
      only(resources, "aws:ec2clientvpn/networkAssociation:NetworkAssociation").inputs,
      { clientVpnEndpointId: "prod-id", subnetId: "subnet-c" },
    );
    assert.deepEqual(
      only(resources, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").inputs,
      { securityGroupId: "prod-client-vpn-id", cidrIpv4: "10.0.0.0/16", ipProtocol: "-1" },
    );
    assert.deepEqual(only(resources, "aws:cloudwatch/logGroup:LogGroup").inputs, {
      retentionInDays: 30,
    });
  });

  it("has the given settings", async () => {
    const { resources } = await runVpn({
      ...{ serverCertificateArn: arn, authentication: { samlProviderArn } },
      ...{ clientCidrBlock: "10.200.0.0/16", targetNetworks: 2, transportProtocol: "tcp" },
      ...{ sessionTimeoutHours: 24, logRetentionInDays: 365, kmsKeyArn },
      transform: { endpoint: (args) => ({ ...args, selfServicePortal: "enabled" }) },
    });
    const { inputs } = only(resources, "aws:ec2clientvpn/endpoint:Endpoint");
    assert.deepEqual(
      [inputs.authenticationOptions, inputs.clientCidrBlock, inputs.transportProtocol],
      [[{ type: "federated-authentication", samlProviderArn }], "10.200.0.0/16", "tcp"],
    );
    assert.deepEqual([inputs.sessionTimeoutHours, inputs.selfServicePortal], [24, "enabled"]);
    assert.deepEqual(only(resources, "aws:cloudwatch/logGroup:LogGroup").inputs, {
      ...{ retentionInDays: 365, kmsKeyId: kmsKeyArn },
    });
    const subnets = resources
      .filter(({ type }) => type.endsWith(":NetworkAssociation"))
      .map((resource) => resource.inputs.subnetId);
    assert.deepEqual(subnets, ["subnet-c", "subnet-d"]);
  });

  it("opens an existing VPC by its first range", async () => {
    const { resources } = await runVpn(settings, existingNetwork);
    const { targetNetworkCidr } = only(
      resources,
      "aws:ec2clientvpn/authorizationRule:AuthorizationRule",
    ).inputs;
    const { dnsServers } = only(resources, "aws:ec2clientvpn/endpoint:Endpoint").inputs;
    assert.deepEqual([targetNetworkCidr, dnsServers], ["172.16.0.0/16", ["172.16.0.2"]]);
  });

  it("admits its clients to a database, on the database's port", async () => {
    const { resources } = await run(() => {
      const network = new Network("prod");
      const engine = { engine: "aurora-mysql", engineVersion: "8.0" } as const;
      const database = new Database("prod", { ...engine, network });
      return new ClientVpn("prod", { ...settings, network, database });
    });
    assert.deepEqual(
      only(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs,
      {
        securityGroupId: "prod-database-id",
        referencedSecurityGroupId: "prod-client-vpn-id",
        ...{ ipProtocol: "tcp", fromPort: 3306, toPort: 3306 },
      },
    );
  });

  it("refuses what AWS would refuse later", async () => {
    const wrong = { ...settings, clientCidrBlock: "10.200.0.0/24", targetNetworks: 3 };
    await assert.rejects(runVpn(wrong), /args\.clientCidrBlock.*args\.targetNetworks/s);
  });
});

describe("a client VPN in a VPC that exists", () => {
  const stack = { clientVpn: settings, services: [] };
  const problemsIn = async (
    vpc: Readonly<Record<string, unknown>> | Error,
    { config = {}, network = existingNetwork }: { config?: object; network?: NetworkArgs } = {},
  ) => {
    const getVpc = () => {
      if (vpc instanceof Error) {
        throw vpc;
      }
      const first = { cidrBlock: "10.0.0.0/16", cidrBlockAssociations: [] };
      return { ...first, instanceTenancy: "default", ...vpc };
    };
    const world: World = { calls: { "aws:ec2/getVpc:getVpc": getVpc } };
    const { outputs } = await run(() => clientVpnProblems({ ...stack, ...config }, network), world);
    return withoutReads(outputs as Awaited<ReturnType<typeof clientVpnProblems>>);
  };
  const summary = async (...args: Parameters<typeof problemsIn>) =>
    (await problemsIn(...args)).map(({ path, allowed }) => `${path}: ${allowed}`);

  it("must not have addresses of any of its ranges", async () => {
    const second = [{ associationId: "1", cidrBlock: "10.255.0.0/16", state: "associated" }];
    assert.deepEqual(await summary({}), []);
    assert.deepEqual(await summary({ cidrBlockAssociations: second }), [
      "clientVpn.clientCidrBlock: a range that does not overlap with the VPC's, 10.255.0.0/16: 10.255.252.0/22 does",
    ]);
  });

  it("needs a VPC without dedicated tenancy, which can be read", async () => {
    assert.deepEqual(await summary({ instanceTenancy: "dedicated" }), [
      "clientVpn: nothing in vpc-0a1b: AWS Client VPN does not support VPCs with dedicated tenancy",
    ]);
    const [problem] = await summary(refusal("no matching EC2 VPC found"));
    assert.match(problem ?? "", /^network\.vpcId: an object that exists.*no matching EC2 VPC/);
  });

  it("has at most one association for each private subnet of a shared network", async () => {
    const config = {
      shared: { stack: "platform" },
      clientVpn: { ...settings, targetNetworks: 3 },
    };
    assert.deepEqual(await summary({}, { config }), [
      "clientVpn.targetNetworks: at most 2: the network has so many private subnets, one a zone",
    ]);
    const [problem] = await summary(refusal("denied"), { config });
    assert.match(problem ?? "", /^shared\.stack: /);
  });

  it("asks nothing for a new VPC, or without a client VPN", async () => {
    const denied = refusal("asked");
    assert.deepEqual(await problemsIn(denied, { network: {} }), []);
    assert.deepEqual(await problemsIn(denied, { config: { clientVpn: undefined } }), []);
  });
});

describe("IPv4 ranges", () => {
  it("overlap if one contains the other", () => {
    const pairs = [
      ["10.0.0.0/16", "10.0.252.0/22", true],
      ["10.0.252.0/22", "10.0.0.0/16", true],
      ["10.0.0.0/16", "10.0.0.0/16", true],
      ["10.0.0.0/16", "10.1.0.0/22", false],
    ] as const;
    for (const [one, other, expected] of pairs) {
      assert.equal(overlap(one, other), expected, `${one} ${other}`);
    }
  });

  it("have a DNS server at their third address", () => {
    assert.deepEqual(["10.0.0.0/16", "192.168.1.240/28"].map(dnsServerOf), [
      "10.0.0.2",
      "192.168.1.242",
    ]);
  });
});
