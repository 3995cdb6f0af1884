// All tests: `npm test`. Files run two at a time, each engine test's file in a sandbox of its own.
const { readdirSync } = require("node:fs");

// Longest first, so that both cores end together.
const LONGEST = [
  "engine/strategies-code-deploy",
  "engine/strategies-ecs",
  "engine/automation",
  "engine/ownership-failures",
  "engine/github-gate",
  "engine/lifecycle",
  "engine/ownership",
  "engine/stack-examples",
  "engine/delivery",
  "engine/commands",
  "engine/tour",
  "engine/previews",
  "engine/shared",
  "engine/stack-examples",
  "engine/preview-environments",
  "engine/existing",
  "engine/regions",
  "tools/reference/reference",
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

module.exports = {
  require: ["tsx/cjs", "./tests/temporary.cjs", "./tests/engine/hooks.ts"],
  extension: ["ts"],
  // mocha adds to the files of its arguments those that are named here.
  spec: process.argv.slice(2).some(isTest) ? [] : files,
  parallel: true,
  jobs: 2,
  reporter: "./tests/closing.cjs",
  timeout: 10_000,
  forbidOnly: true,
};
