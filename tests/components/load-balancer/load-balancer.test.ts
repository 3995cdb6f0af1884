import assert from "node:assert/strict";
import {
  type CreateLoadBalancerArgs,
  LoadBalancer,
  type LoadBalancerSettings,
  Network,
  type NetworkArgs,
} from "../../../components/index";
import { validatedNames } from "../../../components/load-balancer/certificate";
import { checkLoadBalancer, checkLoadBalancerName } from "../../../components/load-balancer/check";
import { attempt, childrenOf, json, only, type Recorded, run, withoutReads } from "../../harness";
import { existingNetwork } from "../infrastructure";

const component = "slipway:load-balancer:LoadBalancer";
const listener = "aws:lb/listener:Listener";
const record = "aws:route53/record:Record";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/1";
const loadBalancerArn =
  "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/dev/1";

const runLoadBalancer = (args: Omit<CreateLoadBalancerArgs, "network"> = {}) =>
  run(() => {
    const network = new Network("dev", existingNetwork);
    const { url, listenerArn, securityGroupId, arnSuffix } = new LoadBalancer("dev", {
      ...args,
      network,
    });
    return { url, listenerArn, securityGroupId, arnSuffix };
  });

const ports = (resources: readonly Recorded[]) =>
  resources
    .filter(({ type }) => type === ingress)
    .map(({ inputs }) => [inputs.cidrIpv4, inputs.fromPort, inputs.toPort, inputs.ipProtocol]);

const notFound = {
  type: "fixed-response",
  fixedResponse: {
    contentType: "text/plain",
    messageBody: "No service answers here.\n",
    statusCode: "404",
  },
};

describe("LoadBalancer", () => {
  it("serves HTTP, and answers 404 where no service has a rule", async () => {
    const { resources, outputs } = await runLoadBalancer();
    assert.deepEqual(childrenOf(resources, only(resources, component)), [
      "aws:ec2/securityGroup:SecurityGroup dev-load-balancer",
      `${listener} dev-http`,
      "aws:lb/loadBalancer:LoadBalancer dev",
      `${ingress} dev-80-0.0.0.0/0`,
    ]);
    assert.deepEqual(only(resources, "aws:lb/loadBalancer:LoadBalancer").inputs, {
      loadBalancerType: "application",
      internal: false,
      subnets: existingNetwork.publicSubnetIds,
      securityGroups: ["dev-load-balancer-id"],
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableDeletionProtection: false,
      accessLogs: { bucket: "", enabled: false },
    });
    assert.deepEqual(only(resources, listener).inputs, {
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [notFound],
    });
    assert.deepEqual(ports(resources), [["0.0.0.0/0", 80, 80, "tcp"]]);
    assert.deepEqual(outputs, {
      url: "http://dev.elb.amazonaws.com",
      listenerArn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/dev-http/1",
      securityGroupId: "dev-load-balancer-id",
      arnSuffix: "app/dev/1",
    });
  });

  it("serves HTTPS with a given certificate, and redirects HTTP", async () => {
    const { resources, outputs } = await runLoadBalancer({ https: { certificateArn } });
    assert.deepEqual(childrenOf(resources, only(resources, component)), [
      "aws:ec2/securityGroup:SecurityGroup dev-load-balancer",
      `${listener} dev-http`,
      `${listener} dev-https`,
      "aws:lb/loadBalancer:LoadBalancer dev",
      `${ingress} dev-443-0.0.0.0/0`,
      `${ingress} dev-80-0.0.0.0/0`,
    ]);
    assert.deepEqual(only(resources, listener, "dev-http").inputs, {
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        {
          type: "redirect",
          redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" },
        },
      ],
    });
    assert.deepEqual(only(resources, listener, "dev-https").inputs, {
      loadBalancerArn,
      port: 443,
      protocol: "HTTPS",
      certificateArn,
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      defaultActions: [notFound],
    });
    assert.deepEqual(outputs, {
      url: "https://dev.elb.amazonaws.com",
      listenerArn:
        "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/dev-https/1",
      securityGroupId: "dev-load-balancer-id",
      arnSuffix: "app/dev/1",
    });
  });

  it("serves a domain and its wildcard with a certificate and DNS records of its own", async () => {
    const https = {
      domain: "app.example.com",
      zone: "example.com",
      alternativeNames: ["*.app.example.com", "www.example.com"],
    };
    const { resources, outputs } = await runLoadBalancer({ https });
    assert.deepEqual(childrenOf(resources, only(resources, component)), [
      "aws:ec2/securityGroup:SecurityGroup dev-load-balancer",
      `${listener} dev-http`,
      `${listener} dev-https`,
      "aws:lb/loadBalancer:LoadBalancer dev",
      `${record} dev-*.app.example.com`,
      `${record} dev-app.example.com`,
      `${record} dev-www.example.com`,
      `${ingress} dev-443-0.0.0.0/0`,
      `${ingress} dev-80-0.0.0.0/0`,
      "slipway:load-balancer:Certificate dev",
    ]);
    const certificate = only(resources, "slipway:load-balancer:Certificate");
    // A name and its wildcard are validated by one record.
    assert.deepEqual(childrenOf(resources, certificate), [
      "aws:acm/certificate:Certificate dev",
      "aws:acm/certificateValidation:CertificateValidation dev",
      `${record} dev-app.example.com`,
      `${record} dev-www.example.com`,
    ]);
    assert.deepEqual(only(resources, "aws:acm/certificate:Certificate").inputs, {
      domainName: "app.example.com",
      subjectAlternativeNames: ["*.app.example.com", "www.example.com"],
      validationMethod: "DNS",
    });
    const recordOf = ({ urn }: Recorded) =>
      only(
        resources.filter(({ parent }) => parent === urn),
        record,
        "dev-app.example.com",
      ).inputs;
    assert.deepEqual(recordOf(only(resources, component)), {
      zoneId: "Z123",
      name: "app.example.com",
      type: "A",
      aliases: [{ name: "dev.elb.amazonaws.com", zoneId: "ZELB", evaluateTargetHealth: true }],
    });
    assert.deepEqual(recordOf(certificate), {
      zoneId: "Z123",
      name: "_x.app.example.com",
      type: "CNAME",
      records: ["_y.acm"],
      ttl: 60,
    });
    assert.equal((outputs as { url: string }).url, "https://app.example.com");
  });

  it("takes the certificate once it is issued", async () => {
    const { resources } = await runLoadBalancer({
      https: { domain: "example.com", zone: "example.com" },
    });
    const https = only(resources, listener, "dev-https");
    const validation = only(resources, "aws:acm/certificateValidation:CertificateValidation");
    assert.ok(
      https.dependencies.includes(validation.urn),
      `the listener depends only on ${https.dependencies}`,
    );
  });

  it("serves old clients with a policy of the user's choice", async () => {
    const sslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";
    const { resources } = await runLoadBalancer({ https: { certificateArn, sslPolicy } });
    assert.equal(only(resources, listener, "dev-https").inputs.sslPolicy, sslPolicy);
  });

  it("can be internal, and admits only the named addresses", async () => {
    const { resources } = await runLoadBalancer({
      internal: true,
      allowedCidrBlocks: ["10.0.0.0/8", "192.0.2.7/32"],
      deletionProtection: true,
    });
    const { inputs } = only(resources, "aws:lb/loadBalancer:LoadBalancer");
    assert.deepEqual(
      [inputs.internal, inputs.subnets, inputs.enableDeletionProtection],
      [true, existingNetwork.privateSubnetIds, true],
    );
    assert.deepEqual(ports(resources), [
      ["10.0.0.0/8", 80, 80, "tcp"],
      ["192.0.2.7/32", 80, 80, "tcp"],
    ]);
  });

  for (const deletionProtection of [true, false, undefined]) {
    it(`is${deletionProtection ? "" : " not"} protected by Pulumi with ${deletionProtection}, alone of its children`, async () => {
      const https = { domain: "app.example.com", zone: "example.com" };
      const { resources } = await runLoadBalancer({ https, deletionProtection });
      assert.deepEqual(
        resources.filter(({ protect }) => protect).map(({ type }) => type),
        deletionProtection ? ["aws:lb/loadBalancer:LoadBalancer"] : [],
      );
    });
  }

  it("takes the arguments of its children from transforms", async () => {
    const { resources } = await runLoadBalancer({
      transform: {
        loadBalancer: (args) => ({ ...args, idleTimeout: 300 }),
        listener: (args) => ({ ...args, port: 8080 }),
      },
    });
    assert.equal(only(resources, "aws:lb/loadBalancer:LoadBalancer").inputs.idleTimeout, 300);
    assert.equal(only(resources, listener).inputs.port, 8080);
  });

  it("is refused before anything is registered, its name too", async () => {
    const { error, resources } = await attempt(
      () =>
        new LoadBalancer("internal-x", {
          // Nothing reads it.
          network: {} as Network,
          https: { certificateArn: "x" },
        }),
    );
    assert.match(String(error?.message), /has 2 mistakes\./);
    assert.deepEqual(resources, []);
  });
});

describe("a test listener", () => {
  type Args = Omit<CreateLoadBalancerArgs, "network">;
  const testers = async (args: Args, of: NetworkArgs = existingNetwork) => {
    const { resources } = await run(
      () =>
        new LoadBalancer("dev", { ...args, network: new Network("dev", of), testPorts: [9000] }),
    );
    return resources
      .filter(({ type, inputs }) => type === ingress && inputs.fromPort === 9000)
      .map(({ name, inputs }) => [name, inputs.cidrIpv4]);
  };
  const all = ["203.0.113.0/24"];

  it("admits the VPC and its NAT gateways, and not all users", async () => {
    assert.deepEqual(
      await testers(
        { allowedCidrBlocks: all },
        { natGateways: "one-per-az", cidrBlock: "10.1.0.0/16" },
      ),
      [
        ["dev-9000-vpc", "10.1.0.0/16"],
        ["dev-9000-nat-1", "198.51.100.1/32"],
        ["dev-9000-nat-2", "198.51.100.2/32"],
      ],
    );
  });

  for (const [title, args, network, expected] of [
    ["an existing VPC", {}, existingNetwork, "172.16.0.0/16"],
    ["the VPC alone without NAT gateways", {}, { natGateways: "none" }, "10.0.0.0/16"],
    ["the VPC alone inside it", { internal: true }, {}, "10.0.0.0/16"],
    [
      "the VPC alone if a transform may change the gateways",
      {},
      { transform: { vpc: (v) => v } },
      "10.0.0.0/16",
    ],
  ] as [string, Args, NetworkArgs, string][]) {
    it(`admits ${title}`, async () => {
      assert.deepEqual(await testers(args, network), [["dev-9000-vpc", expected]]);
    });
  }

  it("admits the named addresses", async () => {
    assert.deepEqual(await testers({ allowedTestCidrBlocks: all }), [
      [`dev-9000-${all}`, "203.0.113.0/24"],
    ]);
  });
});

describe("access logs", () => {
  const bucket = "aws:s3/bucket:Bucket";
  const logsOf = (resources: readonly Recorded[]) =>
    only(resources, "aws:lb/loadBalancer:LoadBalancer").inputs.accessLogs;

  it("go to a private, encrypted bucket to which only load balancers of the account write", async () => {
    const { resources } = await runLoadBalancer({ accessLogs: true });
    const logs = "dev-access-logs";
    assert.deepEqual(
      childrenOf(resources, only(resources, "slipway:load-balancer:AccessLogBucket")),
      [
        `${bucket} ${logs}`,
        ...["LifecycleConfiguration", "Policy", "PublicAccessBlock"].map(
          (what) => `aws:s3/bucket${what}:Bucket${what} ${logs}`,
        ),
        `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration ${logs}`,
      ],
    );
    assert.deepEqual(only(resources, bucket).inputs, { forceDestroy: true });
    assert.deepEqual(
      only(resources, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs,
      {
        bucket: logs,
        ...{ blockPublicAcls: true, blockPublicPolicy: true },
        ...{ ignorePublicAcls: true, restrictPublicBuckets: true },
      },
    );
    const policy = only(resources, "aws:s3/bucketPolicy:BucketPolicy");
    assert.deepEqual(json<{ Statement: unknown }>(policy, "policy").Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::${logs}/AWSLogs/123456789012/*`,
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${logs}`, `arn:aws:s3:::${logs}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    const { dependencies } = only(resources, "aws:lb/loadBalancer:LoadBalancer");
    assert.ok(dependencies.includes(policy.urn), `depends only on ${dependencies}`);
    assert.deepEqual(logsOf(resources), { bucket: logs, enabled: true });
  });

  it("are kept for the configured time, and those of a protected stack survive a destroy", async () => {
    const { resources } = await runLoadBalancer({
      accessLogs: { retentionInDays: 7 },
      deletionProtection: true,
    });
    const rules = only(
      resources,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    ).inputs.rules;
    assert.deepEqual(rules, [
      { id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 7 } },
    ]);
    assert.deepEqual(only(resources, bucket).inputs, { forceDestroy: false });
  });

  it("go to a bucket that exists, which stays as it is", async () => {
    const { resources } = await runLoadBalancer({
      accessLogs: { existing: "logs", prefix: "dev" },
    });
    assert.deepEqual(logsOf(resources), { bucket: "logs", enabled: true, prefix: "dev" });
    assert.deepEqual(
      resources.filter(({ type }) => type.startsWith("aws:s3/")),
      [],
    );
  });
});

describe("validatedNames", () => {
  it("joins names with their wildcards", async () => {
    assert.deepEqual(validatedNames(["a.b", "*.a.b", "*.c", "c"]), ["a.b", "c"]);
  });
});

describe("checkLoadBalancerName", () => {
  const allowed =
    "at most 24 letters, digits and hyphens, no hyphen at either end, not starting with internal-: it names the load balancer";
  for (const [name, suggestion] of [
    ["dev", undefined],
    ["a".repeat(24), undefined],
    ["a".repeat(25), "a".repeat(24)],
    ["internal-dev", "dev"],
    ["-dev", "dev"],
    ["dev_eu.1", "dev-eu-1"],
    [`${"a".repeat(23)}-bcd`, "a".repeat(23)],
  ] as const) {
    it(`${suggestion ? "refuses" : "accepts"} ${name}`, async () => {
      const problems = suggestion && [
        {
          path: "stack",
          value: name,
          allowed,
          fix: `choose a shorter or plainer name, for example "${suggestion}"`,
        },
      ];
      assert.deepEqual(checkLoadBalancerName(name, "stack"), problems ?? []);
      assert.deepEqual(checkLoadBalancerName(suggestion ?? name, ""), []);
    });
  }
});

describe("checkLoadBalancer", () => {
  const name = {
    allowed: "a name in the zone example.com",
    fix: "correct the name, or set zone to the hosted zone that contains it",
  };
  const table: [LoadBalancerSettings, object[]][] = [
    [{}, []],
    [{ https: { certificateArn } }, []],
    [{ https: { domain: "example.com", zone: "example.com" } }, []],
    [
      { https: { certificateArn: "arn:aws:iam::123456789012:server-certificate/x" } },
      [
        {
          path: "lb.https.certificateArn",
          value: "arn:aws:iam::123456789012:server-certificate/x",
          allowed:
            "the ARN of an ACM certificate in the stack's region: arn:aws:acm:…:certificate/…",
          fix: "aws acm list-certificates lists them",
        },
      ],
    ],
    [
      {
        https: {
          domain: "app.example.org",
          zone: "example.com",
          alternativeNames: ["app.example.com", "badexample.com"],
        },
      },
      [
        { path: "lb.https.domain", value: "app.example.org", ...name },
        { path: "lb.https.alternativeNames[1]", value: "badexample.com", ...name },
      ],
    ],
    [
      { allowedCidrBlocks: ["10.0.0.0/8", "10.0.0.1"] },
      [
        {
          path: "lb.allowedCidrBlocks[1]",
          value: "10.0.0.1",
          allowed: "an IPv4 range, for example 203.0.113.0/24",
          fix: "write address and prefix length; one address is /32",
        },
      ],
    ],
  ];
  for (const [settings, problems] of table) {
    it(`${problems.length === 0 ? "accepts" : "refuses"} ${JSON.stringify(settings)}`, async () => {
      assert.deepEqual(withoutReads(checkLoadBalancer(settings, "lb")), problems);
    });
  }
});
