/**
 * For a `before` hook whose tests need what not every machine has. Without it there is nothing to test on, which must not
 * look like success: the tests count as skipped, and the reason is printed.
 */
export async function orSkip<T>(
  context: Mocha.Context,
  what: string,
  attempt: Promise<T>,
): Promise<T> {
  return attempt.catch((error: unknown) => {
    console.warn(`\nSKIPPED, because ${what} cannot be had here: ${error}\n`);
    return context.skip();
  });
}
