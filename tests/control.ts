import assert from "node:assert/strict";

/** Calls one of the paths that the emulator has in addition to AWS's: `sandbox/emulator/control.py` lists them. */
export async function control<T>(
  endpoint: string,
  method: string,
  path: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<T> {
  const inBody = method === "POST";
  const query = inBody ? "" : `?${new URLSearchParams(parameters as Record<string, string>)}`;
  const response = await fetch(`${endpoint}/_slipway/${path}${query}`, {
    method,
    ...(inBody && { body: JSON.stringify(parameters) }),
  });
  const answer = (await response.json()) as T;
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer;
}
