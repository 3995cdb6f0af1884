import assert from "node:assert/strict";
import fc from "fast-check";
import { checkRules } from "../../../../components/service/rule/check";
import { type RuleArgs, resolveRule } from "../../../../components/service/rule/settings";
import { sharedOrder, sharedPriorities } from "../../../../components/service/rule/shared-priority";

const priorities = (rule: RuleArgs) => sharedPriorities(resolveRule(rule));
const first = (rule: RuleArgs) => priorities(rule)[0] ?? 0;

describe("the priorities of rules on a listener that several stacks use", () => {
  it("put every specific rule before every general one, whichever stacks they are in", () => {
    const fromSpecific: RuleArgs[] = [
      { hostHeaders: ["a.example.com"], pathPatterns: ["/api/*"] },
      { hostHeaders: ["a.example.com"] },
      { hostHeaders: ["*.example.com"] },
      { pathPatterns: ["/api/v2/*"] },
      { pathPatterns: ["/api/*"] },
      { pathPatterns: ["/a*"] },
      {},
    ];
    const all = fromSpecific.map(priorities);
    all.slice(1).forEach((general, i) => {
      const specific = all[i] ?? [];
      assert.ok(
        Math.max(...specific) < Math.min(...general),
        `${JSON.stringify(fromSpecific[i])} does not come first`,
      );
    });
  });

  it("never put a rule behind one that gets all its requests", () => {
    const pattern = fc
      .array(fc.constantFrom("a", "bc", "/", "*", "?"), { maxLength: 6 })
      .map((parts) => `/${parts.join("")}`);
    const host = fc
      .array(fc.constantFrom("a", "bc.", "*"), { minLength: 1, maxLength: 4 })
      .map((parts) => `${parts.join("")}.example.com`);
    const rule = fc.record({
      hostHeaders: fc.array(host, { maxLength: 2 }),
      pathPatterns: fc.array(pattern, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(rule, rule, (a, b) => {
        const rules = [a, b].map((one, i) => ({ name: `s${i}`, rule: resolveRule(one) }));
        // The check of one stack knows which rule covers which.
        const hidden = checkRules(rules, String, sharedOrder).filter(
          ({ allowed }) => !allowed.includes("the same ones"),
        );
        assert.deepEqual(hidden, []);
      }),
      { numRuns: 2000 },
    );
  });

  it("depend on the requests alone: not on their order, nor on letter case of hosts", () => {
    assert.deepEqual(
      priorities({ hostHeaders: ["A.example.com", "b.example.com"] }),
      priorities({ hostHeaders: ["b.example.com", "a.example.com"] }),
    );
    assert.deepEqual(priorities({}), priorities({ pathPatterns: ["/*"] }));
    const hostHeaders = ["a.example.com"];
    assert.deepEqual(
      priorities({ hostHeaders }),
      priorities({ hostHeaders, pathPatterns: ["/a", "/*"] }),
    );
    assert.notEqual(first({ pathPatterns: ["/orders/*"] }), first({ pathPatterns: ["/basket/*"] }));
  });

  it("are what a rule says", () => {
    assert.deepEqual(priorities({ pathPatterns: ["/a"], priority: 7 }), [7]);
  });

  it("are valid, and twelve for each rule", () => {
    for (const rule of [{}, { pathPatterns: [`/${"a".repeat(127)}`] }, { hostHeaders: ["a.b"] }]) {
      const all = priorities(rule);
      assert.equal(new Set(all).size, 12);
      assert.ok(
        all.every((priority) => priority >= 1 && priority <= 50000),
        `${all}`,
      );
    }
  });
});
