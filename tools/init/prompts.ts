import { Cancelled } from "../command";

/** Questions in a terminal. */
export interface Prompts {
  text(question: {
    readonly message: string;
    /** Says what is wrong with an answer. */
    readonly check: (text: string) => string | undefined;
  }): Promise<string>;
  select(question: {
    readonly message: string;
    readonly options: readonly string[];
  }): Promise<string>;
  confirm(message: string): Promise<boolean>;
}

/** Loads the library only where somebody can answer. */
export async function terminalPrompts(): Promise<Prompts> {
  const clack = await import("@clack/prompts");
  const answered = <T>(value: T): Exclude<T, symbol> => {
    if (clack.isCancel(value)) throw new Cancelled("nothing was written");
    return value as Exclude<T, symbol>;
  };
  return {
    text: async ({ message, check }) =>
      answered(await clack.text({ message, validate: (text = "") => check(text.trim()) })).trim(),
    select: async ({ message, options }) =>
      answered(
        await clack.select({ message, options: options.map((value) => ({ value, label: value })) }),
      ),
    confirm: async (message) => answered(await clack.confirm({ message })),
  };
}
