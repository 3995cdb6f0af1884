import { posix } from "node:path";

/**
 * A Dockerfile without a context is built in its folder, and a context has its Dockerfile in it. Slipway's context is the root.
 * `dockerfilePath` and `contextPath` in https://github.com/aws/copilot-cli `internal/pkg/manifest/workload.go`
 */
export function buildOf({
  context: given,
  dockerfile: file,
  ...others
}: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const path = typeof file === "string" ? file : undefined;
  const context = typeof given === "string" ? given : posix.dirname(path ?? "Dockerfile");
  const usual = posix.join(context, "Dockerfile");
  return {
    ...(context !== "." && { context }),
    ...(path !== undefined && path !== usual && { dockerfile: path }),
    ...others,
  };
}
