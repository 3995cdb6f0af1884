/** Prints only the end of a run: the failures in full, and the counts. `tests/engine/hooks.ts` prints each test when it ends. */
const { Base } = require("mocha").reporters;

module.exports = class Closing extends Base {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => this.epilogue());
  }
};
