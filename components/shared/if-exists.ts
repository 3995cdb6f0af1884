/**
 * What the AWS provider says about an object that does not exist, by the kind of its data source: `NotFoundError`,
 * `SingularDataSourceFindError` and `AssertSingleValueResult` in
 * https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/tfresource; and what ECS says about a cluster.
 */
const missing = /couldn't find resource|no matching .+ found|empty result|NotFoundException/;

/** The answer of an invoke, or undefined if the object does not exist. */
export async function ifExists<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (missing.test(error instanceof Error ? error.message : String(error))) {
      return undefined;
    }
    throw error;
  });
}
