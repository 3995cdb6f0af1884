import assert from "node:assert/strict";
import { checkRule, checkRules } from "../../../../components/service/rule/check";
import { ruleConditions, urlOf } from "../../../../components/service/rule/conditions";
import { type NamedRule, rulePriorities } from "../../../../components/service/rule/priority";
import { type RuleArgs, resolveRule } from "../../../../components/service/rule/settings";
import { withoutReads } from "../../../harness";

const priorityOf = (name: string, rule: RuleArgs) =>
  rulePriorities({ name, rule: resolveRule(rule) }).rule;
const path = (index: number) => `services[${index}]`;

describe("rulePriorities", () => {
  for (const [rule, lowest, highest] of [
    [{ hostHeaders: ["a.b"], pathPatterns: ["/a"] }, 10000, 19999],
    [{ hostHeaders: ["a.b"] }, 20000, 29999],
    [{ pathPatterns: ["/a"] }, 30000, 39999],
    [{}, 40000, 49999],
    [{ pathPatterns: ["/a"], priority: 7 }, 7, 7],
  ] as const) {
    it(`of ${JSON.stringify(rule)} is from ${lowest} to ${highest}, whatever the name`, async () => {
      const priorities = Array.from({ length: 200 }, (_, i) => priorityOf(`service-${i}`, rule));
      assert.ok(
        priorities.every((priority) => priority >= lowest && priority <= highest),
        `${priorities} are not all from ${lowest} to ${highest}`,
      );
    });
  }

  it("stays the same from one update to the next", async () => {
    assert.equal(priorityOf("api", { pathPatterns: ["/api/*"] }), 39454);
  });

  it("puts the paths without sign-in before the sign-in, and both before the service's own rule", async () => {
    const rule = resolveRule({ priority: 10 });
    assert.deepEqual(rulePriorities({ name: "api", rule }), { open: 8, signIn: 9, rule: 10 });
  });
});

describe("ruleConditions", () => {
  for (const [rule, conditions] of [
    [{}, [{ pathPattern: { values: ["/*"] } }]],
    [{ pathPatterns: ["/a", "/b"] }, [{ pathPattern: { values: ["/a", "/b"] } }]],
    [{ hostHeaders: ["a.b"] }, [{ hostHeader: { values: ["a.b"] } }]],
    [
      { hostHeaders: ["a.b"], pathPatterns: ["/a"] },
      [{ hostHeader: { values: ["a.b"] } }, { pathPattern: { values: ["/a"] } }],
    ],
  ] as const) {
    it(`of ${JSON.stringify(rule)}`, async () => {
      assert.deepEqual(ruleConditions(resolveRule(rule)), conditions);
    });
  }
});

describe("urlOf", () => {
  for (const [rule, url] of [
    [{}, "https://lb.example.com"],
    [{ pathPatterns: ["/*"] }, "https://lb.example.com"],
    [{ pathPatterns: ["/api/*", "/v2/*"] }, "https://lb.example.com/api/"],
    [{ pathPatterns: ["/status"] }, "https://lb.example.com/status"],
    [{ hostHeaders: ["api.example.com"] }, "https://api.example.com"],
    [{ hostHeaders: ["*.example.com"] }, "https://lb.example.com"],
    [{ hostHeaders: ["a.example.com"], pathPatterns: ["/x*"] }, "https://a.example.com/x"],
  ] as const) {
    it(`of ${JSON.stringify(rule)} is ${url}`, () => {
      assert.equal(urlOf("https://lb.example.com", resolveRule(rule)), url);
    });
  }
});

describe("checkRule", () => {
  const pattern = {
    path: "rule.pathPatterns[0]",
    allowed:
      "a path that starts with /, at most 128 characters of A-Z a-z 0-9 _ - . $ / ~ \" ' @ : + &, with * and ? as wildcards",
  };
  const host = {
    path: "rule.hostHeaders[0]",
    allowed: "a host name of at most 128 characters, with * and ? as wildcards",
    fix: "write only the host, for example api.example.com, without scheme, port or path",
  };
  for (const [rule, problems] of [
    [{ pathPatterns: ["/api/*", "/v?"], hostHeaders: ["*.example.com"] }, []],
    [{ pathPatterns: ["api/*"] }, [{ ...pattern, value: "api/*", fix: "write /api/*" }]],
    [{ pathPatterns: ["/a b"] }, [{ ...pattern, value: "/a b", fix: "remove other characters" }]],
    [{ hostHeaders: ["https://example.com"] }, [{ ...host, value: "https://example.com" }]],
    [{ hostHeaders: ["localhost"] }, [{ ...host, value: "localhost" }]],
    [
      { pathPatterns: ["/1", "/2", "/3"], hostHeaders: ["a.b", "c.d", "e.f"] },
      [
        {
          path: "rule",
          value: ["a.b", "c.d", "e.f", "/1", "/2", "/3"],
          allowed: "at most 5 hosts and paths together, the load balancer's limit per rule",
          fix: "combine patterns with *, or split the service",
        },
      ],
    ],
  ] as const) {
    it(`${problems.length === 0 ? "accepts" : "refuses"} ${JSON.stringify(rule)}`, async () => {
      assert.deepEqual(checkRule(resolveRule(rule), "rule"), problems);
    });
  }
});

describe("checkRules", () => {
  const named = (...rules: RuleArgs[]): NamedRule[] =>
    rules.map((rule, i) => ({ name: ["one", "two", "three"][i] ?? "", rule: resolveRule(rule) }));

  for (const [title, rules] of [
    ["a path and a service for all other requests", named({ pathPatterns: ["/api/*"] }, {})],
    ["a service for all other requests and a path", named({}, { pathPatterns: ["/api/*"] })],
    ["two paths", named({ pathPatterns: ["/a/*"] }, { pathPatterns: ["/b/*"] })],
    ["two hosts", named({ hostHeaders: ["a.b"] }, { hostHeaders: ["c.b"] })],
    [
      "a host with a path before the same host without a path",
      named({ hostHeaders: ["a.b"] }, { hostHeaders: ["a.b"], pathPatterns: ["/x"] }),
    ],
    [
      "a narrow path that comes first",
      named({ pathPatterns: ["/a/b/*"], priority: 1 }, { pathPatterns: ["/a/*"] }),
    ],
  ] as const) {
    it(`accepts ${title}`, async () => {
      assert.deepEqual(withoutReads(checkRules(rules, path)), []);
    });
  }

  const fix = "give each service different pathPatterns or hostHeaders";
  for (const [title, rules, problems] of [
    [
      "no rule at all",
      named({}, {}),
      [
        {
          path: "services[1].rule",
          value: { hostHeaders: undefined, pathPatterns: undefined },
          allowed: "a rule for other requests: service one gets the same ones",
          fix,
        },
      ],
    ],
    [
      "the same path",
      named({}, { pathPatterns: ["/a/*"], priority: 5 }, { pathPatterns: ["/a/*"], priority: 4 }),
      [
        {
          path: "services[2].rule",
          value: { hostHeaders: undefined, pathPatterns: ["/a/*"] },
          allowed: "a rule for other requests: service two gets the same ones",
          fix,
        },
      ],
    ],
    [
      "the same host in another case",
      named({ hostHeaders: ["A.b"], priority: 1 }, { hostHeaders: ["a.B"] }),
      [
        {
          path: "services[1].rule",
          value: { hostHeaders: ["a.B"], pathPatterns: undefined },
          allowed: "a rule for other requests: service one gets the same ones",
          fix,
        },
      ],
    ],
    [
      "a rule that is never reached",
      named({ pathPatterns: ["/a/*"], priority: 8 }, { pathPatterns: ["/a/b/*"], priority: 9 }),
      [
        {
          path: "services[1].rule",
          value: { hostHeaders: undefined, pathPatterns: ["/a/b/*"] },
          allowed:
            "a rule that gets requests: service one gets all of these first, with priority 8",
          fix: "set services[1].rule.priority below 8, or the other's above 9",
        },
      ],
    ],
    [
      "a rule that is never reached, and cannot be moved before",
      named({ pathPatterns: ["/a/*"], priority: 1 }, { pathPatterns: ["/a/b/*"], priority: 2 }),
      [
        {
          path: "services[1].rule",
          value: { hostHeaders: undefined, pathPatterns: ["/a/b/*"] },
          allowed:
            "a rule that gets requests: service one gets all of these first, with priority 1",
          fix: "set the priority of service one above 2",
        },
      ],
    ],
    [
      "one priority for two rules",
      named({ pathPatterns: ["/a/*"], priority: 9 }, { pathPatterns: ["/b/*"], priority: 9 }),
      [
        {
          path: "services[1].rule.priority",
          value: 9,
          allowed: "a unique priority: one, two have the same one",
          fix: "set another priority, from 1 to 50000",
        },
      ],
    ],
  ] as const) {
    it(`refuses ${title}`, async () => {
      assert.deepEqual(withoutReads(checkRules(rules, path)), problems);
    });
  }
});
