// What needs nothing but the npm packages: `npm run test:unit`.
const { parallel, jobs, require: all } = require("./.mocharc.cjs");

const isTest = (path) => path.endsWith(".test.ts");

module.exports = {
  require: all.filter((path) => path !== "./tests/engine/hooks.ts"),
  extension: ["ts"],
  // mocha adds to the files of its arguments those that are named here.
  spec: process.argv.slice(2).some(isTest) ? [] : ["tests/**/*.test.ts"],
  ignore: [
    "tests/engine/**",
    "tests/ownership/**",
    "tests/package/**",
    "tests/tools/reference/**",
    "tests/sandbox/emulator/**",
    "tests/sandbox/engine/python.test.ts",
    "tests/**/audit.test.ts",
  ],
  parallel,
  jobs,
  timeout: 10_000,
  forbidOnly: true,
  forbidPending: true,
};
