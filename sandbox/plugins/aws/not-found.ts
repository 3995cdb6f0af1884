import { isGone } from "../kit/values";

/**
 * Returns the object, or throws the provider's error if it does not exist. All data sources of the provider use the same
 * message: `reading IAM Role (name): couldn't find resource`.
 * https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/retry/error.go (`NotFoundError`)
 */
export async function foundOr<T>(
  what: string,
  id: string,
  read: () => Promise<T | undefined>,
): Promise<T> {
  const found = await read().catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
  if (found === undefined) throw new Error(`reading ${what} (${id}): couldn't find resource`);
  return found;
}

/** The only result of a look-up, or the provider's error (its `SingularDataSourceFindError`). */
export function single<Found>(what: string, found: readonly Found[] = []): Found {
  const [first, ...others] = found;
  if (first === undefined) throw new Error(`no matching ${what} found`);
  if (others.length === 0) return first;
  throw new Error(
    `multiple ${what}s matched; use additional constraints to reduce matches to a single ${what}`,
  );
}
