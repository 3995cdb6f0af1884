import assert from "node:assert/strict";
import { Network, type NetworkArgs } from "../../components/index";
import { checkNetwork } from "../../components/network/check";
import { planNetwork } from "../../components/network/plan";
import { attempt, childrenOf, json, only, run, withoutReads } from "../harness";
import { existingNetwork } from "./infrastructure";

const component = "slipway:network:Network";
const defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const flowLog = "aws:ec2/flowLog:FlowLog";
const runNetwork = (args?: NetworkArgs) =>
  run(() => {
    const { vpcId, publicSubnetIds, privateSubnetIds } = new Network("dev", args);
    return { vpcId, publicSubnetIds, privateSubnetIds };
  });

describe("Network", () => {
  it("makes a VPC in two zones, with one NAT gateway and the free endpoint for image layers", async () => {
    const { resources, outputs } = await runNetwork();
    assert.deepEqual(childrenOf(resources, only(resources, component)), [
      `${defaultGroup} dev`,
      "aws:ec2/vpcEndpoint:VpcEndpoint dev-s3",
      "awsx:ec2:Vpc dev",
    ]);
    assert.deepEqual(only(resources, "awsx:ec2:Vpc").inputs, {
      cidrBlock: "10.0.0.0/16",
      numberOfAvailabilityZones: 2,
      natGateways: { strategy: "Single" },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Private" }, { type: "Public" }],
      availabilityZoneCidrMask: 18,
      enableDnsHostnames: true,
    });
    assert.deepEqual(only(resources, "aws:ec2/vpcEndpoint:VpcEndpoint").inputs, {
      vpcId: "vpc-1",
      serviceName: "com.amazonaws.eu-central-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: ["rtb-1"],
    });
    assert.deepEqual(outputs, {
      vpcId: "vpc-1",
      publicSubnetIds: ["subnet-a", "subnet-b"],
      privateSubnetIds: ["subnet-c", "subnet-d"],
    });
  });

  it("makes a NAT gateway in each zone", async () => {
    const { resources } = await runNetwork({ natGateways: "one-per-az", availabilityZones: 3 });
    const { numberOfAvailabilityZones, natGateways } = only(resources, "awsx:ec2:Vpc").inputs;
    assert.equal(numberOfAvailabilityZones, 3);
    assert.deepEqual(natGateways, { strategy: "OnePerAz" });
  });

  it("without NAT gateways, gives the tasks the endpoints that Fargate needs", async () => {
    const { resources, outputs } = await runNetwork({ natGateways: "none" });
    const services = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "ssmmessages"];
    assert.deepEqual(
      childrenOf(resources, only(resources, component)),
      [
        ...services.map((service) => `aws:ec2/vpcEndpoint:VpcEndpoint dev-${service}`),
        `${defaultGroup} dev`,
        "aws:ec2/securityGroup:SecurityGroup dev-endpoints",
        "aws:ec2/vpcEndpoint:VpcEndpoint dev-s3",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule dev-endpoints",
        "awsx:ec2:Vpc dev",
      ].sort(),
    );
    const { natGateways, subnetSpecs } = only(resources, "awsx:ec2:Vpc").inputs;
    assert.deepEqual(natGateways, { strategy: "None" });
    assert.deepEqual(subnetSpecs, [{ type: "Private" }, { type: "Public" }]);
    assert.deepEqual(only(resources, "aws:ec2/vpcEndpoint:VpcEndpoint", "dev-ecr.api").inputs, {
      vpcId: "vpc-1",
      serviceName: "com.amazonaws.eu-central-1.ecr.api",
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: ["subnet-c", "subnet-d"],
      securityGroupIds: ["dev-endpoints-id"],
    });
    assert.deepEqual(
      only(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs,
      {
        securityGroupId: "dev-endpoints-id",
        description: "HTTPS from the VPC",
        cidrIpv4: "10.0.0.0/16",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
    );
    assert.deepEqual(outputs, {
      vpcId: "vpc-1",
      publicSubnetIds: ["subnet-a", "subnet-b"],
      privateSubnetIds: ["subnet-c", "subnet-d"],
    });
  });

  it("closes the default security group: it has no rules", async () => {
    const { resources } = await runNetwork();
    assert.deepEqual(only(resources, defaultGroup).inputs, { vpcId: "vpc-1" });
  });

  it("records refused connections in a log group, with a role that can do nothing else", async () => {
    const { resources } = await runNetwork({ flowLogs: true });
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:network:FlowLogs")), [
      "aws:cloudwatch/logGroup:LogGroup dev-flow-logs",
      `${flowLog} dev`,
      "aws:iam/role:Role dev-flow-logs",
      "aws:iam/rolePolicy:RolePolicy dev-flow-logs",
    ]);
    const logGroup = "arn:aws:logs:eu-central-1:123456789012:log-group:dev-flow-logs";
    assert.deepEqual(only(resources, flowLog).inputs, {
      vpcId: "vpc-1",
      trafficType: "REJECT",
      maxAggregationInterval: 600,
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup,
      iamRoleArn: "arn:aws:iam::123456789012:role/dev-flow-logs",
    });
    assert.deepEqual(only(resources, "aws:cloudwatch/logGroup:LogGroup").inputs, {
      retentionInDays: 30,
    });
    const role = only(resources, "aws:iam/role:Role");
    assert.deepEqual(json<{ Statement: unknown }>(role, "assumeRolePolicy").Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:ec2:eu-central-1:123456789012:vpc-flow-log/*" },
        },
      },
    ]);
    const policy = only(resources, "aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(json<{ Statement: unknown }>(policy, "policy").Statement, [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: [logGroup, `${logGroup}:*`],
      },
    ]);
  });

  it("records all connections in a bucket, without a role", async () => {
    const bucketArn = "arn:aws:s3:::flow-logs/dev";
    const { resources } = await runNetwork({ flowLogs: { trafficType: "ALL", bucketArn } });
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:network:FlowLogs")), [
      `${flowLog} dev`,
    ]);
    const { trafficType, logDestinationType, logDestination } = only(resources, flowLog).inputs;
    assert.deepEqual([trafficType, logDestinationType, logDestination], ["ALL", "s3", bucketArn]);
  });

  it("keeps flow logs for the configured time, with the given key", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1";
    const { resources } = await runNetwork({ flowLogs: { retentionInDays: 90, kmsKeyArn } });
    assert.deepEqual(only(resources, "aws:cloudwatch/logGroup:LogGroup").inputs, {
      retentionInDays: 90,
      kmsKeyId: kmsKeyArn,
    });
  });

  it("adopts a VPC and makes nothing", async () => {
    const { resources, outputs } = await runNetwork(existingNetwork);
    assert.deepEqual(
      resources.map(({ type }) => type),
      [component],
    );
    assert.deepEqual(outputs, existingNetwork);
  });

  it("takes the VPC's arguments from a transform", async () => {
    const { resources } = await runNetwork({
      transform: {
        vpc: (args) => ({ ...args, enableDnsHostnames: false }),
        defaultSecurityGroup: (args) => ({ ...args, tags: { Name: "closed" } }),
      },
    });
    assert.deepEqual(only(resources, defaultGroup).inputs.tags, { Name: "closed" });
    const { enableDnsHostnames, cidrBlock } = only(resources, "awsx:ec2:Vpc").inputs;
    assert.deepEqual([enableDnsHostnames, cidrBlock], [false, "10.0.0.0/16"]);
  });

  it("is refused before anything is registered", async () => {
    const { error, resources } = await attempt(() => new Network("dev", { availabilityZones: 1 }));
    assert.match(String(error?.message), /^Network "dev" has 1 mistake\./);
    assert.deepEqual(resources, []);
  });
});

describe("planNetwork", () => {
  for (const [cidrBlock, availabilityZones, zoneMask] of [
    ["10.0.0.0/16", 2, 18],
    ["10.0.0.0/16", 4, 18],
    ["10.0.0.0/16", 5, 19],
    ["10.0.0.0/24", 3, 26],
  ] as const) {
    it(`gives each of ${availabilityZones} zones a /${zoneMask} of ${cidrBlock}`, async () => {
      assert.equal(planNetwork({ cidrBlock, availabilityZones }).zoneMask, zoneMask);
    });
  }

  for (const [args, expected] of [
    [{}, { gatewayEndpoints: ["s3"], interfaceEndpoints: [] }],
    [{ vpcEndpoints: [] }, { gatewayEndpoints: [], interfaceEndpoints: [] }],
    [
      { vpcEndpoints: ["logs", "dynamodb", "s3"] },
      { gatewayEndpoints: ["dynamodb", "s3"], interfaceEndpoints: ["logs"] },
    ],
  ] as const) {
    it(`divides the endpoints of ${JSON.stringify(args)}`, async () => {
      const { gatewayEndpoints, interfaceEndpoints } = planNetwork(args);
      assert.deepEqual({ gatewayEndpoints, interfaceEndpoints }, expected);
    });
  }
});

describe("checkNetwork", () => {
  const zones = {
    path: "network.availabilityZones",
    allowed:
      "2 to 6: an Application Load Balancer needs subnets in at least two Availability Zones",
    fix: "set availabilityZones to 2. To save money, set natGateways: single: zones are free, NAT gateways are not",
  };
  const cidr = { path: "network.cidrBlock" };
  const range = "an IPv4 range whose host bits are zero, for example 10.0.0.0/16";
  const subnets = "two or more subnet ids (subnet-…) in different Availability Zones";

  for (const [args, problems] of [
    [{}, []],
    [existingNetwork, []],
    [{ cidrBlock: "10.1.0.0/24", availabilityZones: 2 }, []],
    [{ availabilityZones: 1 }, [{ ...zones, value: 1 }]],
    [{ availabilityZones: 2.5 }, [{ ...zones, value: 2.5 }]],
    [{ availabilityZones: 7 }, [{ ...zones, value: 7 }]],
    [
      { cidrBlock: "10.0.0.0/26" },
      [
        {
          ...cidr,
          value: "10.0.0.0/26",
          allowed:
            "/16 to /24: each zone has two subnets, and a load balancer needs at least a /27",
          fix: "use 10.0.0.0/24 or larger",
        },
      ],
    ],
    [
      { cidrBlock: "10.0.0.0/25", availabilityZones: 3 },
      [
        {
          ...cidr,
          value: "10.0.0.0/25",
          allowed:
            "/16 to /24: each zone has two subnets, and a load balancer needs at least a /27",
          fix: "use 10.0.0.0/24 or larger",
        },
      ],
    ],
    [
      { cidrBlock: "10.0.0.0/24", availabilityZones: 5 },
      [
        {
          ...cidr,
          value: "10.0.0.0/24",
          allowed:
            "/16 to /23: each zone has two subnets, and a load balancer needs at least a /27",
          fix: "use 10.0.0.0/23 or larger",
        },
      ],
    ],
    [
      { cidrBlock: "10.0.0.0/8" },
      [
        {
          ...cidr,
          value: "10.0.0.0/8",
          allowed:
            "/16 to /24: each zone has two subnets, and a load balancer needs at least a /27",
          fix: "use /16",
        },
      ],
    ],
    ...["10.0.0.1/16", "10.0.0/16", "10.0.0.256/24", "any"].map(
      (value) =>
        [
          { cidrBlock: value },
          [{ ...cidr, value, allowed: range, fix: "correct the range" }],
        ] as const,
    ),
    [
      { vpcId: "my-vpc", publicSubnetIds: ["subnet-0a"], privateSubnetIds: ["a", "b"] },
      [
        {
          path: "network.vpcId",
          value: "my-vpc",
          allowed: "the id of a VPC, vpc-…",
          fix: "aws ec2 describe-vpcs lists them",
        },
        ...(["publicSubnetIds", "privateSubnetIds"] as const).map((key) => ({
          path: `network.${key}`,
          value: key === "publicSubnetIds" ? ["subnet-0a"] : ["a", "b"],
          allowed: subnets,
          fix: "aws ec2 describe-subnets --filters Name=vpc-id,Values=my-vpc",
        })),
      ],
    ],
  ] as const) {
    it(`${problems.length === 0 ? "accepts" : "refuses"} ${JSON.stringify(args)}`, async () => {
      assert.deepEqual(withoutReads(checkNetwork(args, "network")), problems);
    });
  }
});
