// All tests: `npm test`. Each process has a sandbox of its own for its engine tests, and waits for a quarter of its time: there
// is one process more than there are cores.
const { readdirSync } = require("node:fs");
const { availableParallelism } = require("node:os");

// Longest first, so that all end together.
const LONGEST = [
  "engine/strategies-code-deploy",
  "engine/commands",
  "engine/github-gate",
  "package/package",
  "engine/strategies-ecs",
  "engine/codepipeline",
  "engine/ownership",
  "engine/previews",
  "engine/ownership-failures",
  "engine/tour",
  "ownership/ownership",
  "engine/lifecycle",
  "engine/stack-examples",
  "engine/automation",
  "engine/services",
  "engine/parts",
  "engine/preview-environments",
  "engine/triggers",
  "engine/promotion",
  "engine/ownership-damage",
  "engine/delivery",
  "engine/prod",
  "engine/interrupted",
  "engine/lost-state",
  "tools/reference/reference",
  "engine/existing",
  "engine/shared",
];

const rank = (path) => {
  const place = LONGEST.findIndex((name) => path === `tests/${name}.test.ts`);
  if (place >= 0) return place;
  return LONGEST.length + (path.startsWith("tests/engine/") ? 0 : 1);
};
const isTest = (path) => path.endsWith(".test.ts");
const files = readdirSync("tests", { recursive: true })
  .filter(isTest)
  .map((path) => `tests/${path}`)
  .sort()
  .sort((a, b) => rank(a) - rank(b));

// Each test with mocks makes thousands of objects that it soon forgets, and most of their code runs too seldom to be worth V8's
// optimisation. Mocha gives its workers the arguments of its own process.
process.execArgv.push("--max-semi-space-size=64", "--interrupt-budget=500000");

module.exports = {
  require: [
    "./sandbox/base/tsx.cjs",
    // As ts-node does for the program: without what makes it slow.
    "./tools/start/index.cjs",
    "./tests/temporary.cjs",
    "./tests/engine/hooks.ts",
  ],
  extension: ["ts"],
  // mocha adds to the files of its arguments those that are named here.
  spec: process.argv.slice(2).some(isTest) ? [] : files,
  parallel: true,
  jobs: Math.min(availableParallelism() + 1, 8),
  reporter: "./tests/closing.cjs",
  timeout: 10_000,
  forbidOnly: true,
};
