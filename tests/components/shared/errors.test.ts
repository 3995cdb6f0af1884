import assert from "node:assert/strict";
import { inspect } from "node:util";
import { ConfigurationError, ProgramError } from "../../../components/shared/errors";

describe("an error that ends the program", () => {
  for (const error of [
    new ProgramError("the message"),
    new ConfigurationError("The stack", [{ path: "a", value: 1, allowed: "2", fix: "write 2" }]),
  ]) {
    it(`is formatted with colours at once: ${error.constructor.name}`, async () => {
      assert.doesNotMatch(error.stack ?? "", /^ {4}at /m);
      assert.ok(
        inspect(error, { colors: true }).includes(error.message),
        inspect(error, { colors: true }),
      );
    });
  }
});
