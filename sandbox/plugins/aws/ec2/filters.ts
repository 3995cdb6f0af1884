/** Filters of EC2's Describe calls, from the arguments of a function. */
import type { Filter } from "@aws-sdk/client-ec2";
import type { Tags } from "../definition";

interface Given {
  readonly name: string;
  readonly values: readonly string[];
}

/** `undefined` without any: AWS refuses an empty list. */
export function toFilters(
  attributes: Readonly<Record<string, string | boolean | undefined>>,
  given: readonly Given[] = [],
  tags: Tags = {},
): Filter[] | undefined {
  const filters = [
    ...Object.entries(attributes)
      .filter(([, value]) => value !== undefined && value !== "" && value !== false)
      .map(([Name, value]) => ({ Name, Values: [String(value)] })),
    ...Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
    ...given.map(({ name: Name, values }) => ({ Name, Values: [...values] })),
  ];
  return filters.length > 0 ? filters : undefined;
}
