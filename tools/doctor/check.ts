/** The lines of the report, and how a check becomes a line. */

export type State = "good" | "bad" | "unknown";

/** What a check found. */
export interface Verdict {
  readonly state: State;
  /** One sentence. */
  readonly says: string;
  /** What to do. */
  readonly fix?: string;
}

export interface Line extends Verdict {
  readonly id: string;
  readonly title: string;
}

export const areas = ["Pulumi", "AWS", "GitHub"] as const;
export type Area = (typeof areas)[number];

export interface Check {
  /** `quotas.vpcs`; a subject follows where one stack has several: `secrets /shop/key`. */
  readonly id: string;
  readonly title: string;
  readonly area: Area;
  run(): Promise<Verdict>;
}

interface CheckArgs<Answer> extends Omit<Check, "run"> {
  /** Asks; it must only read. */
  ask(): Promise<Answer>;
  judge(answer: Answer): Verdict;
  /** What an error means, from its whole text; undefined leaves it unknown. @default undefined */
  refused?(text: string): Verdict | undefined;
}

/** A failing question never ends the others: it makes its own line unknown. */
export function check<Answer>({ ask, judge, refused, ...rest }: CheckArgs<Answer>): Check {
  return {
    ...rest,
    run: () =>
      ask().then(judge, (error: unknown) => {
        const text = textOf(error);
        return refused?.(text) ?? unanswered(text);
      }),
  };
}

export function good(says: string): Verdict {
  return { state: "good", says };
}

export function bad(says: string, fix: string): Verdict {
  return { state: "bad", says, fix };
}

export function unknown(says: string, fix?: string): Verdict {
  return { state: "unknown", says, ...(fix !== undefined && { fix }) };
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The last sentence of an error: Pulumi and its plugins put what they were doing before it. */
export function lastSentence(text: string): string {
  const lines = text.split("\n").map((line) => line.trim().replace(/^\* /, ""));
  const last = lines.filter((line) => line !== "").at(-1) ?? "";
  return (
    last
      .split(/returned an error: (?:invoking \S+: )?/)
      .at(-1)
      ?.trim() ?? last
  );
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const DENIED = /AccessDenied|UnauthorizedOperation|not authorized to perform/;

export function isDenied(text: string): boolean {
  return DENIED.test(text);
}

export function unanswered(text: string): Verdict {
  if (!isDenied(text)) {
    return unknown(
      `no answer: ${lastSentence(text)}`,
      "run this again; if that does not help, check it yourself",
    );
  }
  const [, action] =
    /not authorized to perform:? ([\w-]+:\w+)/.exec(text) ??
    /operation error [^:]+: (\w+)/.exec(text) ??
    [];
  return unknown(
    `the credentials may not call ${action ?? "AWS for this"}`,
    "allow it (docs/doctor.md lists all actions), or check it yourself",
  );
}
