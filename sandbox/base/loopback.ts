/** Keeps the sandbox's calls on this machine. */

const HOSTS = ["127.0.0.1", "localhost", "::1"];
/** curl reads only the lower-case name, other programs prefer the upper-case name, and gRPC has its own. */
const NO_PROXY = ["NO_PROXY", "no_proxy", "no_grpc_proxy"];

/** The endpoint of the emulated AWS. An address outside this machine is an error: it could be a real account. */
export function loopback(endpoint: string | undefined): string {
  if (endpoint !== undefined && isLoopback(endpoint)) return endpoint;
  throw new Error(
    `AWS_ENDPOINT_URL must be an address of this machine, such as http://127.0.0.1:4566, and it is ${endpoint || "not set"}: the sandbox calls no real AWS`,
  );
}

function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Variables that keep calls to this machine away from a proxy, whatever the user excludes already. */
export function withoutProxy(env: NodeJS.ProcessEnv): Record<string, string> {
  const excluded = NO_PROXY.flatMap((name) => env[name]?.split(",") ?? [])
    .map((host) => host.trim())
    .filter((host) => host !== "");
  const value = [...new Set([...excluded, ...HOSTS])].join(",");
  return Object.fromEntries(NO_PROXY.map((name) => [name, value]));
}
