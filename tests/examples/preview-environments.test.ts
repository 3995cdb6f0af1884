import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProgram } from "../../components/automation/program";
import { parseBranches } from "../../examples/preview-environments/branches";
import type { Environment } from "../../examples/preview-environments/environments";
import { describeDuration, parseTtl } from "../../examples/preview-environments/lifetime";
import { slugOf } from "../../examples/preview-environments/names";
import { environmentOf, platform } from "../../examples/preview-environments/settings";
import { reasonToDestroy, sweep, timeLeft } from "../../examples/preview-environments/sweep";

const now = new Date("2026-11-26T12:00:00Z");
const environment = (more: Partial<Environment> = {}): Environment => ({
  ...{ name: "preview-a", branch: "a", expires: new Date(now.getTime() + 1) },
  ...more,
});

describe("the name of a preview environment", () => {
  it("is the branch if that is short and plain, and otherwise ends with the branch's hash", () => {
    const names = [
      ["fix-login", "fix-login"],
      ["2026", "2026"],
      ["fix/login", "fix-login-5e870e24"],
      ["Fix-Login", "fix-login-6381d1d0"],
      ["fix--login", "fix-login-1779bf17"],
      ["日本語", "77710aed"],
      // It could be another branch's name.
      ["fix-login-5e870e24", "fix-login-5e870e24-61483a9e"],
      ["a".repeat(244), `${"a".repeat(21)}-ad5e672a`],
      ["dependabot/npm_and_yarn/types/node-24.1.0", "dependabot-npm-and-ya-2f4d127d"],
      ["dependabot/npm-and/-/yarn", "dependabot-npm-and-ya-f2b4984c"],
    ];
    assert.deepEqual(
      names.map(([branch = ""]) => [branch, slugOf(branch)]),
      names,
    );
  });

  it("is a DNS label of at most 30 characters, and differs for each branch", () => {
    const branch = fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.stringMatching(/^[a-z0-9/_.-]{1,40}$/),
    );
    fc.assert(
      fc.property(fc.uniqueArray(branch, { minLength: 2, maxLength: 20 }), (branches) => {
        const slugs = branches.map(slugOf);
        for (const slug of slugs)
          assert.match(slug, /^(?=.{1,30}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/);
        assert.equal(new Set(slugs).size, slugs.length);
      }),
    );
  });

  it("gives a stack that Slipway accepts, whatever the branch", () => {
    for (const branch of ["main", "2026", "Fix/Login_2", "日本語", `feature/${"x".repeat(230)}`]) {
      const { stack, config } = environmentOf(branch);
      assert.doesNotThrow(() => checkProgram(config, stack), branch);
    }
    assert.doesNotThrow(() => checkProgram(platform.config, platform.stack));
  });
});

describe("the time to live", () => {
  it("is a number of minutes, hours or days", () => {
    assert.equal(parseTtl("90m"), 5_400_000);
    assert.equal(parseTtl("8h"), 28_800_000);
    assert.equal(parseTtl("3d"), 259_200_000);
    for (const text of ["", "8", "0h", "-1h", "1.5h", "8 h", "8H", "1w", "99999d"]) {
      assert.throws(() => parseTtl(text), /--ttl needs a number of minutes, hours or days/, text);
    }
  });

  it("is shown with its two largest units", () => {
    const minutes = [0, 59, 60, 479, 1440, 4319];
    assert.deepEqual(
      minutes.map((count) => describeDuration(count * 60_000)),
      ["0 min", "59 min", "1 h 0 min", "7 h 59 min", "1 d 0 h", "2 d 23 h"],
    );
    const expires = new Date(now.getTime() - 3_600_000);
    assert.equal(timeLeft(environment({ expires }), now), "over since 1 h 0 min");
  });
});

describe("the sweep of preview environments", () => {
  const branches = new Set(["a", "b"]);

  it("destroys what has no branch or no time left", () => {
    assert.equal(reasonToDestroy(environment(), branches, now), undefined);
    assert.equal(
      reasonToDestroy(environment({ expires: now }), branches, now),
      "its time was over at 2026-11-26T12:00:00.000Z",
    );
    assert.equal(
      reasonToDestroy(environment({ branch: "gone" }), branches, now),
      "the branch gone does not exist any more",
    );
  });

  it("goes on after a failure, and reports each", async () => {
    const found: Record<string, Environment> = {
      broken: environment({ branch: "gone" }),
      old: environment({ expires: new Date(0) }),
      used: environment({ expires: new Date(Date.now() + 3_630_000) }),
    };
    const destroyed: string[] = [];
    const outcomes = await sweep(["broken", "unreadable", "begun", "old", "used"], {
      branches,
      read: async (name) => {
        if (name === "unreadable") throw new Error("its tag is not a time");
        return found[name];
      },
      destroy: async (name) => {
        if (name === "broken") throw new Error("AWS said no");
        destroyed.push(name);
      },
      isStopped: () => false,
    });
    assert.deepEqual(destroyed, ["old"]);
    assert.deepEqual(
      outcomes.map(({ name, result, why }) => [name, result, why]),
      [
        ["broken", "failed", "AWS said no"],
        ["unreadable", "failed", "its tag is not a time"],
        ["begun", "kept", "its creation has just started"],
        ["old", "destroyed", "its time was over at 1970-01-01T00:00:00.000Z"],
        ["used", "kept", "1 h 0 min left"],
      ],
    );
  });

  it("starts nothing after Ctrl-C", async () => {
    let stopped = false;
    const outcomes = await sweep(["one", "two"], {
      branches,
      read: async () => environment({ branch: "gone" }),
      destroy: async () => {
        stopped = true;
      },
      isStopped: () => stopped,
    });
    assert.deepEqual(
      outcomes.map(({ result }) => result),
      ["destroyed", "skipped"],
    );
  });

  it("reads all branches, also those with slashes", () => {
    const output = "0a1b\trefs/heads/main\n2c3d\trefs/heads/feature/refs/heads/x\n";
    assert.deepEqual([...parseBranches(output)], ["main", "feature/refs/heads/x"]);
    assert.deepEqual([...parseBranches("")], []);
  });
});
