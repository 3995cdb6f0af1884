import assert from "node:assert/strict";
import type { CloudFrontSettings } from "../../../components/cloudfront";
import {
  checkCloudFront,
  checkRuleBehind,
  checkServiceBehind,
} from "../../../components/cloudfront/check";
import type { RuleArgs } from "../../../components/service/rule/settings";

type Https = { readonly domain?: string; readonly certificateArn?: string };

const zone = "example.com";
const aliases = ["app.example.com"];
const certificate = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/1`;
const [certificateArn, elsewhere] = [certificate("us-east-1"), certificate("eu-central-1")];
const withDomain = { domain: "app.example.com" };
const withCertificate = { certificateArn: elsewhere };

const table: readonly (readonly [
  title: string,
  settings: CloudFrontSettings,
  https: Https | undefined,
  problems: readonly (readonly [path: string, allowed: RegExp])[],
])[] = [
  ["no name", {}, undefined, []],
  ["the load balancer's names", {}, withDomain, []],
  ["aliases in a zone", { aliases, zone }, undefined, []],
  ["aliases with a certificate", { aliases, certificateArn }, withCertificate, []],
  [
    "aliases in addition to the load balancer's names",
    { aliases, zone },
    withDomain,
    [
      ["aliases", /^nothing together with loadBalancer\.https\.domain/],
      ["zone", /^nothing together with loadBalancer\.https\.domain/],
    ],
  ],
  ["aliases alone", { aliases }, undefined, [["zone", /or certificateArn in its place/]]],
  ["a zone alone", { zone }, undefined, [["aliases", /at least one name/]]],
  ["no aliases", { aliases: [], zone }, undefined, [["aliases", /at least one name/]]],
  [
    "a zone and a certificate",
    { aliases, zone, certificateArn },
    undefined,
    [["certificateArn", /^nothing together with zone/]],
  ],
  [
    "a certificate elsewhere",
    { aliases, certificateArn: elsewhere },
    undefined,
    [["certificateArn", /in us-east-1/]],
  ],
  [
    "a load balancer with a certificate whose names are unknown",
    {},
    withCertificate,
    [["aliases", /names of the certificate in loadBalancer\.https\.certificateArn/]],
  ],
  [
    "names that are no names, in another zone, and repeated",
    { aliases: ["*.example.com", "https://a.example.com", "a.example.org", "*.EXAMPLE.com"], zone },
    undefined,
    [
      ["aliases[0]", /the first one without a wildcard/],
      ["aliases[1]", /a domain name/],
      ["aliases[2]", /a name in the zone example\.com/],
      ["aliases[3]", /a name in the zone example\.com/],
      ["aliases[3]", /each name once/],
    ],
  ],
  ["a time-out", { originReadTimeout: 121 }, undefined, [["originReadTimeout", /1 to 120/]]],
];

describe("the settings of CloudFront", () => {
  for (const [title, settings, https, wanted] of table) {
    it(`${wanted.length > 0 ? "refuse" : "accept"} ${title}`, () => {
      const found = checkCloudFront(settings, { https }, "cloudfront", "loadBalancer.https");
      assert.deepEqual(
        found.map(({ path }) => path),
        wanted.map(([path]) => `cloudfront.${path}`),
      );
      for (const [i, [, allowed]] of wanted.entries()) {
        assert.match(String(found[i]?.allowed), allowed);
      }
    });
  }

  const names = ["app.example.com", "*.app.example.com"];
  for (const [rule, internal, paths] of [
    [{ hostHeaders: ["app.example.com", "a.app.example.com", "*.example.com"] }, false, []],
    [{ hostHeaders: ["*"], pathPatterns: ["/a", "/b", "/c"] }, false, []],
    [{ hostHeaders: ["*"], pathPatterns: ["/a", "/b", "/c", "/d"] }, false, ["rule"]],
    [{ hostHeaders: ["*"], pathPatterns: ["/a", "/b", "/c", "/d"] }, true, []],
    [{ hostHeaders: ["www.example.com"] }, true, ["rule.hostHeaders[0]"]],
  ] as readonly (readonly [RuleArgs, boolean, readonly string[]])[]) {
    it(`${paths.length > 0 ? "refuse" : "accept"} ${JSON.stringify(rule)}${internal ? ", internal" : ""}`, () => {
      const found = checkRuleBehind(rule, "rule", { aliases: names, internal });
      assert.deepEqual(
        found.map(({ path }) => path),
        paths,
      );
    });
  }

  for (const [title, openPaths, distribution, paths] of [
    ["a sign-in without a site", [], { internal: false }, []],
    ["open paths that fit with CloudFront's header", ["/hooks/*"], { internal: false }, []],
    [
      "open paths and hosts that fill the rule without CloudFront's header",
      ["/hooks/*", "/a", "/b", "/c"],
      { internal: false },
      ["service.signIn.openPaths"],
    ],
    [
      "the same behind an internal load balancer, where the rules ask for no header",
      ["/hooks/*", "/a", "/b", "/c"],
      { internal: true },
      [],
    ],
    [
      "a sign-in whose page CloudFront does not send to the load balancer",
      [],
      { internal: false, apiPaths: ["/api/*"] },
      ["service.signIn"],
    ],
  ] as const) {
    it(`${paths.length > 0 ? "refuses" : "accepts"} ${title}`, () => {
      const service = { rule: { hostHeaders: aliases }, signIn: { openPaths } };
      const found = checkServiceBehind(service, "service", { aliases, ...distribution });
      assert.deepEqual(
        found.map(({ path }) => path),
        paths,
      );
    });
  }
});
