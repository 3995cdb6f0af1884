/** The only one of what a look-up found, or the provider's error (its `SingularDataSourceFindError`). */
export function single<Found>(what: string, found: readonly Found[] = []): Found {
  const [first, ...others] = found;
  if (first === undefined) throw new Error(`no matching ${what} found`);
  if (others.length === 0) return first;
  throw new Error(
    `multiple ${what}s matched; use additional constraints to reduce matches to a single ${what}`,
  );
}
