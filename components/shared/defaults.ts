/** The given value of each of the defaults' keys, or the default where it is missing. Other keys are left out. */
export function withDefaults<T extends object, Key extends keyof T>(
  given: T,
  defaults: Required<Pick<T, Key>>,
): Required<Pick<T, Key>> {
  const keys = Object.keys(defaults) as Key[];
  return Object.fromEntries(keys.map((key) => [key, given[key] ?? defaults[key]])) as Required<
    Pick<T, Key>
  >;
}
