import assert from "node:assert/strict";
import {
  CloudFront,
  type CloudFrontArgs,
  type CloudFrontSettings,
} from "../../../components/cloudfront";
import { FargateService, LoadBalancer, Waf } from "../../../components/index";
import type { LoadBalancerSettings } from "../../../components/load-balancer";
import type { RuleArgs } from "../../../components/service/rule/settings";
import { attempt, childrenOf, only, type Recorded, type Run, run } from "../../harness";
import { infrastructure } from "../infrastructure";

interface Behind extends LoadBalancerSettings {
  readonly waf?: boolean;
  readonly rule?: RuleArgs;
  readonly testListener?: boolean;
}

const https = {
  domain: "app.example.com",
  zone: "example.com",
  alternativeNames: ["*.example.com"],
};

function program(settings: CloudFrontSettings, { waf, rule, testListener, ...behind }: Behind) {
  const { network, cluster, imageRepository } = infrastructure();
  const loadBalancer = new LoadBalancer("prod", { network, ...behind, onlyFromCloudFront: true });
  const cloudfront = new CloudFront("prod", {
    ...{ ...settings, loadBalancer },
    waf: waf ? new Waf("prod", { scope: "CLOUDFRONT", logging: {} }) : undefined,
  });
  const service = new FargateService("api", {
    ...{ network, cluster, imageRepository, loadBalancer, cloudfront, port: 8000, rule },
    ...(testListener && { strategy: { type: "blue-green", testListener: {} } }),
  });
  return { url: cloudfront.url, ofService: service.url, loadBalancer: loadBalancer.url };
}

const runBehind = (settings: CloudFrontSettings = {}, behind: Behind = {}): Promise<Run> =>
  run(() => program(settings, behind));

const typed = (resources: readonly Recorded[], type: string) =>
  resources.filter((one) => one.type === type);
const distribution = "aws:cloudfront/distribution:Distribution";

const recordsOf = (resources: readonly Recorded[]) =>
  typed(resources, "aws:route53/record:Record")
    .filter(({ inputs }) => inputs.aliases)
    .map(({ parent = "", inputs: { name, type, aliases, zoneId } }) => [
      ...[parent.split("::").at(-2)?.split("$").at(-1), name, type, zoneId, aliases],
    ]);

describe("CloudFront", () => {
  it("in front of an internet-facing load balancer: only CloudFront connects, and sends a secret header", async () => {
    const { resources, outputs } = await runBehind({}, { testListener: true });
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:cloudfront:CloudFront")), [
      "aws:cloudfront/distribution:Distribution prod",
      "aws:ssm/parameter:Parameter prod-origin-header",
    ]);
    const secret = only(resources, "aws:ssm/parameter:Parameter", "prod-origin-header");
    const { name, type, value } = secret.inputs;
    assert.deepEqual([name, type], ["/slipway/slipway/dev/origin-header", "SecureString"]);
    assert.match(String(value), /^[0-9a-f]{48}$/);
    assert.deepEqual(secret.ignoreChanges, ["value"]);
    assert.deepEqual(only(resources, distribution).inputs, {
      comment: "slipway/dev prod",
      ...{ enabled: true, isIpv6Enabled: true, httpVersion: "http2and3" },
      priceClass: "PriceClass_All",
      origins: [
        {
          originId: "load-balancer",
          domainName: "prod.elb.amazonaws.com",
          customHeaders: [{ name: "X-Origin-Verify", value: "secret" }],
          customOriginConfig: {
            ...{ httpPort: 80, httpsPort: 443, originProtocolPolicy: "http-only" },
            ...{ originSslProtocols: ["TLSv1.2"], originReadTimeout: 30 },
          },
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "load-balancer",
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
        cachedMethods: ["GET", "HEAD"],
        compress: true,
        // CachingDisabled, AllViewer and SecurityHeadersPolicy
        cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        originRequestPolicyId: "216adef6-5c7f-47e4-b989-5492eafa07d3",
        responseHeadersPolicyId: "67f7725c-6f97-4210-82d7-5512b31e9d03",
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });
    assert.deepEqual(outputs, {
      ...{ url: "https://e1.cloudfront.net", ofService: "https://e1.cloudfront.net" },
      loadBalancer: "http://prod.elb.amazonaws.com",
    });
    const ingress = typed(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    assert.deepEqual(
      ingress
        .filter(({ name }) => name.startsWith("prod-"))
        .map(({ name, inputs: { prefixListId, cidrIpv4 } }) => [name, prefixListId ?? cidrIpv4]),
      [
        ["prod-80-cloudfront", "pl-cloudfront"],
        ["prod-8080-vpc", "172.16.0.0/16"],
      ],
    );
    // The test listener is not behind CloudFront.
    const all = { pathPattern: { values: ["/*"] } };
    const header = { httpHeader: { httpHeaderName: "X-Origin-Verify", values: ["secret"] } };
    const rules = ["api", "api-test"].map((one) =>
      only(resources, "aws:lb/listenerRule:ListenerRule", one),
    );
    assert.deepEqual(
      rules.map(({ inputs, ignoreChanges }) => [inputs.conditions, ignoreChanges]),
      [
        [[all, header], ["actions"]],
        [[all], ["actions"]],
      ],
    );
  });

  it("in front of an internal load balancer: a VPC origin, and no header", async () => {
    const { resources } = await runBehind({ originReadTimeout: 60 }, { internal: true, https });
    const origin = only(resources, "aws:cloudfront/vpcOrigin:VpcOrigin");
    assert.deepEqual(origin.inputs, {
      vpcOriginEndpointConfig: {
        name: "prod-https",
        arn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/prod/1",
        ...{ httpPort: 80, httpsPort: 443, originProtocolPolicy: "https-only" },
        originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
      },
    });
    // CloudFront refuses to change a VPC origin that it uses.
    assert.deepEqual(origin.replaceOnChanges, ["vpcOriginEndpointConfig"]);
    assert.deepEqual(only(resources, distribution).inputs.origins, [
      {
        originId: "load-balancer",
        domainName: "prod.elb.amazonaws.com",
        vpcOriginConfig: { vpcOriginId: "prod-id", originReadTimeout: 60 },
      },
    ]);
    assert.deepEqual(only(resources, "aws:lb/listenerRule:ListenerRule").inputs.conditions, [
      { pathPattern: { values: ["/*"] } },
    ]);
    assert.equal(
      resources.some(({ name }) => name === "prod-origin-header"),
      false,
      "a secret that no rule requires",
    );
  });

  it("takes the names of the load balancer, whose records then point to it", async () => {
    const { resources, outputs } = await runBehind(
      {},
      { https, rule: { hostHeaders: ["api.example.com"] } },
    );
    const target = {
      ...{ name: "e1.cloudfront.net", zoneId: "ZCF", evaluateTargetHealth: false },
    };
    const [names, zone] = [["app.example.com", "*.example.com"], "Z123"];
    assert.deepEqual(recordsOf(resources), [
      ...names.map((name) => [
        ...["slipway:load-balancer:LoadBalancer", name, "A", zone, [target]],
      ]),
      ...names.map((name) => ["slipway:cloudfront:CloudFront", name, "AAAA", zone, [target]]),
    ]);
    const { aliases, viewerCertificate } = only(resources, distribution).inputs;
    assert.deepEqual(aliases, names);
    // Until the names point to CloudFront, the rules must accept requests that do not come through it.
    const { dependencies } = only(resources, "aws:lb/listenerRule:ListenerRule");
    const needed = resources.filter(
      ({ type, inputs }) =>
        type === distribution || (type === "aws:route53/record:Record" && inputs.aliases),
    );
    assert.deepEqual(
      needed.map(({ urn }) => urn).filter((urn) => !dependencies.includes(urn)),
      [],
    );
    assert.deepEqual(viewerCertificate, {
      acmCertificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/prod-cloudfront",
      ...{ sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" },
    });
    // The load balancer's validation records validate it, too: a second one of the same name would be refused.
    assert.deepEqual(
      childrenOf(
        resources,
        only(resources, "slipway:load-balancer:Certificate", "prod-cloudfront"),
      ),
      [
        "aws:acm/certificate:Certificate prod-cloudfront",
        "aws:acm/certificateValidation:CertificateValidation prod-cloudfront",
      ],
    );
    const certificate = only(resources, "aws:acm/certificate:Certificate", "prod-cloudfront");
    assert.equal(certificate.inputs.region, "us-east-1");
    const validation = only(
      resources,
      "aws:acm/certificateValidation:CertificateValidation",
      "prod-cloudfront",
    );
    assert.deepEqual(validation.inputs, {
      region: "us-east-1",
      certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/prod-cloudfront",
    });
    assert.deepEqual(outputs, {
      url: "https://app.example.com",
      ofService: "https://api.example.com",
      loadBalancer: "https://app.example.com",
    });
  });

  it("has its own names in front of a load balancer without names", async () => {
    const names = ["app.example.com"];
    const { resources } = await runBehind({ aliases: names, zone: "example.com" });
    const target = { name: "e1.cloudfront.net", zoneId: "ZCF", evaluateTargetHealth: false };
    assert.deepEqual(
      recordsOf(resources),
      ["A", "AAAA"].map((type) => [
        ...["slipway:cloudfront:CloudFront", "app.example.com", type, "Z123", [target]],
      ]),
    );
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:load-balancer:Certificate")), [
      "aws:acm/certificate:Certificate prod-cloudfront",
      "aws:acm/certificateValidation:CertificateValidation prod-cloudfront",
      "aws:route53/record:Record prod-cloudfront-app.example.com",
    ]);
    const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1";
    const own = await runBehind({ aliases: names, certificateArn, securityHeaders: false });
    const { viewerCertificate, defaultCacheBehavior } = only(own.resources, distribution).inputs;
    assert.equal(
      (viewerCertificate as { acmCertificateArn: string }).acmCertificateArn,
      certificateArn,
    );
    assert.equal("responseHeadersPolicyId" in (defaultCacheBehavior as object), false);
    assert.deepEqual(typed(own.resources, "aws:route53/record:Record"), []);
  });

  it("has the firewall, in us-east-1, in place of the load balancer", async () => {
    const { resources } = await runBehind({}, { waf: true });
    const waf = only(resources, "slipway:waf:Waf");
    assert.deepEqual(childrenOf(resources, waf), [
      "aws:cloudwatch/logGroup:LogGroup aws-waf-logs-prod",
      "aws:wafv2/webAcl:WebAcl prod",
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration prod",
    ]);
    const regions = resources
      .filter(({ urn }) => urn.includes("slipway:waf:Waf$"))
      .map(({ inputs }) => inputs.region);
    assert.deepEqual(regions, ["us-east-1", "us-east-1", "us-east-1"]);
    assert.equal(only(resources, "aws:wafv2/webAcl:WebAcl").inputs.scope, "CLOUDFRONT");
    assert.equal(
      only(resources, distribution).inputs.webAclId,
      "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/prod/1",
    );
  });

  it("is refused before anything is registered, in front of an open load balancer or one with a firewall", async () => {
    const { error, resources } = await attempt(() => {
      const loadBalancer = { origin: undefined } as unknown as LoadBalancer;
      const waf = { scope: "REGIONAL" } as unknown as CloudFrontArgs["waf"];
      new CloudFront("prod", { loadBalancer, waf });
    });
    assert.match(String(error?.message), /^CloudFront "prod" has 2 mistakes\./);
    assert.match(String(error?.message), /onlyFromCloudFront: true/);
    assert.match(String(error?.message), /scope: "CLOUDFRONT"/);
    assert.deepEqual(resources, []);
  });

  it("requires that each service behind it has room for the header in its rule, and one of its hosts", async () => {
    const { error } = await attempt(() =>
      program({}, { rule: { pathPatterns: ["/a", "/b", "/c", "/d"], hostHeaders: ["a.example"] } }),
    );
    assert.match(String(error?.message), /args\.rule: .*\n.*at most 4 hosts and paths together/);
    assert.match(String(error?.message), /args\.rule\.hostHeaders\[0\]/);
    const { error: without } = await attempt(() => {
      const { network, ...others } = infrastructure();
      const loadBalancer = new LoadBalancer("prod", { network, onlyFromCloudFront: true });
      new FargateService("api", { ...others, network, loadBalancer, port: 8000 });
    });
    assert.match(String(without?.message), /args\.cloudfront: .*\n.*the CloudFront before/);
  });
});
