import assert from "node:assert/strict";
import { WriteStream } from "node:tty";
import { hasColors, shownPath, wrap } from "../../sandbox/base/terminal";

describe("what the sandbox writes for a terminal", () => {
  describe("colours", () => {
    const { NO_COLOR, TERM, FORCE_COLOR } = process.env;
    const terminal = { isTTY: true, hasColors: WriteStream.prototype.hasColors };

    beforeEach(() => {
      Object.assign(process.env, { TERM: "xterm-256color" });
      delete process.env.NO_COLOR;
      delete process.env.FORCE_COLOR;
    });

    after(() => {
      for (const [name, value] of Object.entries({ NO_COLOR, TERM, FORCE_COLOR })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
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
