import { type Problem, refuse } from "../../components/shared/errors";
import type { Prompts } from "./prompts";
import { problemIn, type Question } from "./questions";

export interface Answer<T> {
  readonly value: T;
  /** Where it was found: `AWS_REGION`; undefined for a flag or the user's answer. */
  readonly source?: string | undefined;
}

interface Found {
  readonly value?: string | undefined;
  readonly source?: string | undefined;
  /** Helps the user to answer: what was found instead of an answer. */
  readonly hint?: string | undefined;
  /** Whether there may be no answer. */
  readonly optional?: boolean;
}

/** Collects answers, and the mistakes in them. */
export class Collector {
  private readonly problems: Problem[] = [];

  /** @param prompts without them, nobody is asked */
  constructor(private readonly prompts?: Prompts) {}

  add(...problems: readonly Problem[]): void {
    this.problems.push(...problems);
  }

  /** Returns the flag's value, otherwise what was found, otherwise the user's answer. A missing or wrong answer is a problem. */
  async answer(
    question: Question,
    given: string | undefined,
    { value, source, hint, optional = false }: Found = {},
  ): Promise<Answer<string> | undefined> {
    const { flag, message, allowed, fix } = question;
    const path = `--${flag}`;
    if (given !== undefined) {
      const problem = problemIn(question, given);
      if (!problem) return { value: given };
      this.add({ ...problem, path });
      return undefined;
    }
    if (value !== undefined && !problemIn(question, value)) return { value, source };
    if (this.prompts) {
      const known = [hint, value].find(Boolean);
      const answer = await this.prompts.text({
        message: known ? `${message} (found: ${known})` : message,
        check: (text) => {
          if (optional && text === "") return undefined;
          const problem = problemIn(question, text);
          return problem && `${problem.allowed}. ${problem.fix}`;
        },
      });
      return { value: answer };
    }
    if (!optional) {
      const found = hint ? `. Found: ${hint}` : "";
      this.add({ path, value, allowed: `${allowed}${found}`, fix });
    }
    return undefined;
  }

  /** One of several files. */
  async choose(flag: string, found: readonly string[]): Promise<string | undefined> {
    if (found.length > 1 && this.prompts) {
      return this.prompts.select({ message: `Which ${flag}?`, options: found });
    }
    if (found.length !== 1) {
      const list = found.join(", ");
      this.add({
        path: `--${flag}`,
        value: undefined,
        allowed: `the application's Dockerfile: ${list ? `there are ${list}` : "there is none"}`,
        fix: "name one; --app names the application's folder",
      });
    }
    return found.length === 1 ? found[0] : undefined;
  }

  /**
   * Returns the answers. None is missing.
   *
   * @throws ConfigurationError with every problem
   */
  complete<T extends object>(answers: T): { [Key in keyof T]: NonNullable<T[Key]> } {
    refuse("npm run init", this.problems, "nothing was written");
    return answers as { [Key in keyof T]: NonNullable<T[Key]> };
  }
}
