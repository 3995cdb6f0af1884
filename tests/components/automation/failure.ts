import assert from "node:assert/strict";
import { AutomationError } from "../../../components/automation";

/** The error of an operation that must fail. */
export async function failure(operation: Promise<unknown>): Promise<AutomationError> {
  const error = await operation.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AutomationError, `not an AutomationError: ${error}`);
  return error;
}
