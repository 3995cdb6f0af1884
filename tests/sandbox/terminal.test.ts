import assert from "node:assert/strict";
import { WriteStream } from "node:tty";
import { hasColors, shownPath, wrap } from "../../sandbox/base/terminal";

describe("what the sandbox writes for a terminal", () => {
  describe("colours", () => {
    // Node.js also looks at the variables of CI services.
    const outside = process.env;
    const terminal = { isTTY: true, hasColors: WriteStream.prototype.hasColors };

    beforeEach(() => {
      process.env = { TERM: "xterm-256color" };
    });

    after(() => {
      process.env = outside;
    });

    it("are for a terminal", () => {
      assert.equal(hasColors(terminal), true);
      assert.equal(hasColors({ ...terminal, isTTY: false }), false);
    });

    it("are off where NO_COLOR is set", () => {
      process.env.NO_COLOR = "1";
      assert.equal(hasColors(terminal), false);
    });
  });

  it("shows a path from where the command was typed, or in full if that is shorter", () => {
    assert.equal(shownPath("/home/me/slipway/.sandbox", "/home/me/slipway"), ".sandbox");
    assert.equal(shownPath("/home/me/slipway/.sandbox", "/home/me/slipway/docs"), "../.sandbox");
    assert.equal(shownPath("/home/me/slipway", "/home/me/slipway"), ".");
    assert.equal(shownPath("/tmp/a", "/home/me/slipway/docs"), "/tmp/a");
  });

  it("breaks text at spaces, and never within a word", () => {
    const arn = "arn:aws:ecs:us-east-1:100000000001:task-definition/slipway-dev-api:2";
    assert.deepEqual(wrap(`api runs ${arn}, and not\nthe new one`, 20), [
      "api runs",
      `${arn},`,
      "and not",
      "the new one",
    ]);
  });
});
