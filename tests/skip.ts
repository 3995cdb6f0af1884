/**
 * For a `before` hook of tests that need something that not every machine has. Without it the tests count as skipped and
 * not as passed, and the reason is printed.
 */
export async function orSkip<T>(
  context: Mocha.Context,
  what: string,
  attempt: Promise<T>,
): Promise<T> {
  return attempt.catch((error: unknown) => {
    console.warn(`\nSKIPPED, because ${what} is not available here: ${error}\n`);
    return context.skip();
  });
}
