import type { ResolvedRule } from "./settings";

export function sameRequests(a: ResolvedRule, b: ResolvedRule): boolean {
  return covers(a, b) && covers(b, a);
}

/** Whether every request that matches `b` also matches `a`. */
export function covers(a: ResolvedRule, b: ResolvedRule): boolean {
  return requests(b).every((wanted) =>
    requests(a).some(
      (taken) =>
        matches(taken.host.toLowerCase(), wanted.host.toLowerCase()) &&
        matches(taken.path, wanted.path),
    ),
  );
}

function requests({ hostHeaders, pathPatterns }: ResolvedRule) {
  const hosts = hostHeaders.length > 0 ? hostHeaders : ["*"];
  const paths = pathPatterns.length > 0 ? pathPatterns : ["/*"];
  return hosts.flatMap((host) => paths.map((path) => ({ host, path })));
}

/** Whether the service gets every request with such a path, if the host is right. */
export function getsPath(
  pathPatterns: readonly (string | undefined)[] | undefined,
  path: string,
): boolean {
  return !pathPatterns?.length || pathPatterns.some((taken = "") => matches(taken, path));
}

/** A pattern covers another if it matches that pattern as a plain string: `*` also matches the other's wildcards. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, "[^*]");
  return new RegExp(`^${expression}$`).test(text);
}
