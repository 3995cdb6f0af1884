import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { checkedConfig, stackConfig } from "../../../components/config";
import { ConfigurationError, type Problem } from "../../../components/index";
import { assertSnapshot } from "../../snapshots/snapshot";
import { absent, accepted, complete, type Mistake, mistakes, withMistake } from "./mistakes";

function errorOf(values: Readonly<Record<string, unknown>>): ConfigurationError | undefined {
  try {
    checkedConfig(values, [], "dev");
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, `not a message for users: ${error}`);
    return error;
  }
}

function problemsOf(...several: Mistake[]): readonly Problem[] {
  return errorOf(several.reduce(withMistake, complete))?.problems ?? [];
}

const pipeline = (type: string) => ({
  pipeline: "codepipeline",
  source: { type, repository: "octo-org/octo-app" },
});

const title = ([path, written]: Mistake) =>
  written === absent ? `without ${path}` : `${path}: ${JSON.stringify(written)}`;

describe("a mistake in a stack file", () => {
  it("is the only reason for a refusal", () => {
    assert.equal(errorOf(complete), undefined);
  });

  for (const value of accepted) {
    it(`is none of these: ${title(value)}`, () => {
      assert.equal(errorOf(withMistake(complete, value)), undefined);
    });
  }

  it("has a path, a value, what is allowed and a fix, each as in the table", () => {
    const rows = mistakes.map((mistake) => {
      const problems = problemsOf(mistake).map(
        ({ path, value, allowed, fix }) =>
          `  ${path}: ${JSON.stringify(value) ?? "(missing)"}\n    allowed: ${allowed}\n    fix:     ${fix}\n`,
      );
      assert.ok(problems.length > 0, `${title(mistake)} is accepted`);
      return `${title(mistake)}\n${problems.join("")}`;
    });
    assert.ok(rows.length >= 170, `only ${rows.length} rows`);
    assertSnapshot("mistakes.txt", rows.join("\n"));
  });

  it("is found in a key's prefix, also if the prefix is missing or is the project's name", () => {
    for (const [key, project] of [
      ["slipay:services", "slipway"],
      ["services", ""],
      ["shop:services", "shop"],
    ] as const) {
      pulumi.runtime.setMockOptions({}, project);
      assert.deepEqual(errorOf({ ...complete, [key]: [] })?.problems, [
        {
          path: key,
          value: undefined,
          allowed: "the prefix slipway:",
          fix: "write slipway:services",
        },
      ]);
    }
    pulumi.runtime.setMockOptions({}, "slipway");
    assert.equal(errorOf({ ...complete, "other:services": [] }), undefined);
  });

  it("never prints a secret", () => {
    const secret = mistakes.filter(([, written]) => JSON.stringify(written)?.includes("hunter2"));
    assert.ok(secret.length >= 3, `only ${secret.length} rows with a secret`);
    for (const mistake of secret) {
      assert.doesNotMatch(errorOf(withMistake(complete, mistake))?.message ?? "", /hunter|hun…/);
    }
  });

  it("does not hide another one", function () {
    // Hundreds of pairs: seconds on an idle machine, and more while other tests run.
    this.timeout(60_000);
    const one = fc.constantFrom(...mistakes);
    fc.assert(
      fc.property(one, one, (a, b) => {
        fc.pre(!overlap(a[0], b[0]));
        const together = problemsOf(a, b).map(({ path }) => path);
        for (const [problems, [other]] of [
          [problemsOf(a), b],
          [problemsOf(b), a],
        ] as const) {
          for (const { path, reads = [] } of problems) {
            // A wrong type of a union says nothing about the union's other keys.
            const key = other.replace(/\.type$/, "");
            const around = key.startsWith("aws:") ? key : `slipway:${key}`;
            const alone = ![path, ...reads].some((read) => overlap(read, around));
            assert.ok(!alone || together.includes(path), `${title(a)}, ${title(b)}: no ${path}`);
          }
        }
      }),
      {
        numRuns: 400,
        examples: [
          [
            ["database.serverless.maxCapacity", 0.5],
            ["database.serverless.secondsUntilAutoPause", 600],
          ],
          // Together with `release`, these two have another meaning.
          [
            ["release", { ...pipeline("github"), approval: "yes" }],
            ["services[0].build.secrets", { npm_token: "hunter2-hunter2" }],
          ],
          [
            ["release", pipeline("codecommit")],
            ["services[0].repository", "octo-app"],
          ],
          // Without a region, nothing can be compared with it.
          ...mistakes
            .filter(([, written]) => JSON.stringify(written)?.includes("eu-west-1"))
            .map((other): [Mistake, Mistake] => [["aws:region", absent], other]),
        ],
      },
    );
  });
});

/** Whether one of two values contains the other. */
function overlap(a: string, b: string): boolean {
  return a === b || a.startsWith(b) || b.startsWith(a);
}

describe("the inspection of a stack file", () => {
  it("accepts and refuses the same values as the schema", () => {
    const value = fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(undefined, null, true, 1, "1", "rolling", [], {}, [{}], { type: "push" }),
    );
    const path = fc.constantFrom(...mistakes.map(([at]) => at));
    fc.assert(
      fc.property(path, value, (at, written) => {
        const values = withMistake(complete, [at, written === undefined ? absent : written]);
        const own = Object.entries(values).flatMap(([key, inner]) =>
          key.startsWith("slipway:") ? [[key.slice("slipway:".length), inner]] : [],
        );
        const valid = stackConfig.safeParse(Object.fromEntries(own)).success;
        assert.ok(valid || errorOf(values), "the schema refuses, the inspection accepts");
      }),
      { numRuns: 500 },
    );
  });
});
