import { ConfigurationError, type Problem } from "../../../components/shared/errors";
import { bad, isDenied, unknown, type Verdict } from "../check";

/** All problems of a line. */
export function verdictOf(problems: readonly Problem[]): Verdict {
  const says = problems.map(({ value, allowed }) => {
    const found = value === undefined ? "missing" : String(value);
    return `it is ${found}; allowed is ${allowed}`;
  });
  const fix = [...new Set(problems.map((problem) => problem.fix))].join("; ");
  // Without an answer, or without the permission to ask, the state is unknown.
  return problems.every(({ path, allowed }) => path === "GitHub" || isDenied(allowed))
    ? unknown(says.join("; "), fix)
    : bad(says.join("; "), fix);
}

/** The problems that a look-up of the library finds. It throws all of them at once. */
export async function problemsOf(found: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await found;
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) {
      return error.problems;
    }
    throw error;
  }
}
