/**
 * A loader hook for GitHub's workflow parser, which is written for bundlers and imports JSON without the attribute
 * that Node.js requires.
 */
export async function resolve(specifier, context, nextResolve) {
  const resolved = await nextResolve(specifier, context);
  if (!resolved.url.endsWith(".json")) return resolved;
  return { ...resolved, importAttributes: { type: "json" } };
}
