/** What remains to be told at the end, as `tests/engine/hooks.ts` tells of each test when it ends: the failures in full, and the counts. */
const { Base } = require("mocha").reporters;

module.exports = class Closing extends Base {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => this.epilogue());
  }
};
