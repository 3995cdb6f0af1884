/** GitHub's two pattern languages as regular expressions. */

/**
 * Filters of workflow triggers:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
export function filterPattern(pattern: string): RegExp {
  const source = pattern.replace(
    /\*\*\/|\*\*|\*|\[[^\]]*\]|\\.|[?+]|[.^$(){}|\\[\]]/g,
    (token, offset: number) => {
      if (token === "**/") return offset === 0 || pattern[offset - 1] === "/" ? "(?:.*/)?" : ".*/";
      if (token === "**") return ".*";
      if (token === "*") return "[^/]*";
      // Zero or one, and one or more, of the preceding character, as in regular expressions.
      if (token === "?" || token === "+" || token.length > 1) return token;
      return `\\${token}`;
    },
  );
  return new RegExp(`^${source}$`);
}

/** Does a list of filters include a name? The last pattern that matches decides; `!` excludes. */
export function matchesFilters(patterns: readonly string[], name: string): boolean {
  return patterns.reduce((taken, pattern) => {
    const negative = pattern.startsWith("!");
    return filterPattern(negative ? pattern.slice(1) : pattern).test(name) ? !negative : taken;
  }, false);
}

/**
 * Policies of environments, which are Ruby's `File.fnmatch` with FNM_PATHNAME:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
 */
export function policyPattern(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*+|\[[^\]]*\]|[.^$(){}|\\[\]?+]/g, (token) => {
    if (token === "**/") return "(?:.*/)?";
    if (token.startsWith("*")) return "[^/]*";
    if (token === "?") return "[^/]";
    return token.length > 1 ? token.replace(/^\[!/, "[^") : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
