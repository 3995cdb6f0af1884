/** Orders to the emulated AWS, in addition to AWS's own calls: `control.py` has all of them. */

/**
 * How a release can fail; `wrong` passes its health checks, and answers requests wrongly; `crashes` passes them, and exits again and
 * again; `task-fails` fails in its migration.
 */
export const FAILURES = [
  "exits",
  "unhealthy",
  "pull-fails",
  "wrong",
  "crashes",
  "task-fails",
] as const;

export type Failure = (typeof FAILURES)[number];

export interface FailureOrder {
  readonly account: string;
  readonly region: string;
  /** A part of the image's name. */
  readonly image: string;
  readonly behaviour: Failure;
}

/** Makes tasks with this image fail from now on. */
export async function orderFailure(endpoint: string, order: FailureOrder): Promise<void> {
  const request = { method: "POST", body: JSON.stringify(order) };
  const response = await fetch(`${endpoint}/_slipway/image`, request);
  if (!response.ok) throw new Error(`the emulator refused the order: ${await response.text()}`);
}
