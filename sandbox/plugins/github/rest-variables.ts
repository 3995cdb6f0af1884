import type { Values } from "../../github/settings";

/**
 * Variables of a repository or of an environment. GitHub sorts by name, and returns ten per page, at most thirty.
 * https://docs.github.com/en/rest/actions/variables
 */
export function variablesPage({ variables, times }: Values, query: URLSearchParams) {
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
