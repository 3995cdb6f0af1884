/** https://docs.github.com/en/rest/actions/variables: the variables of a repository or of an environment, in pages. */
import type { RepositorySettings, Values } from "../../github/settings";

const PATH = /^repos\/([^/?]+\/[^/?]+)\/(?:actions|environments\/([^/?]+))\/variables(?:\?(.*))?$/;

/** The repository and what to read of its settings; undefined for another path. */
export function variablesAt(path: string) {
  const [, fullName, environment, query] = PATH.exec(path) ?? [];
  if (!fullName) return undefined;
  return {
    fullName,
    page: (settings: RepositorySettings) => {
      const values: Values | undefined = environment
        ? settings.environments[decodeURIComponent(environment)]
        : settings;
      return values && pageOf(values, new URLSearchParams(query));
    },
  };
}

/** GitHub sorts by name, and gives ten on a page, thirty at most. */
function pageOf({ variables, times }: Values, query: URLSearchParams) {
  const all = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
  const size = Math.min(Number(query.get("per_page") ?? 10), 30);
  const first = (Number(query.get("page") ?? 1) - 1) * size;
  return {
    total_count: all.length,
    variables: all.slice(first, first + size).map(([name, value]) => ({
      ...{ name, value },
      created_at: times[`variable:${name}`]?.createdAt,
      updated_at: times[`variable:${name}`]?.updatedAt,
    })),
  };
}
