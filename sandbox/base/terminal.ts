/** Output for the reader's terminal: colours, width, and paths as the reader can type them. */
import { relative, resolve } from "node:path";
import type { WriteStream } from "node:tty";

/** Node.js decides by the terminal, and by the variable that turns colours off: https://no-color.org */
export function hasColors(terminal: Pick<WriteStream, "isTTY" | "hasColors">): boolean {
  return terminal.isTTY === true && terminal.hasColors();
}

export const colors = hasColors(process.stdout);

/** The width of all text that the sandbox itself writes. */
export const COLUMNS = 80;

/** The folder in which the reader typed the command: npm changes into the project's folder. */
function userFolder(): string {
  return process.env.INIT_CWD ?? process.cwd();
}

/** A path as the reader can type it: relative to where the command was typed, if that is shorter. */
export function shownPath(path: string, from = userFolder()): string {
  const absolute = resolve(path);
  const short = relative(from, absolute) || ".";
  return short.length < absolute.length ? short : absolute;
}

/** Breaks text at spaces; a longer word, such as an ARN, keeps its line. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => {
    const lines: string[] = [];
    for (const word of line.split(" ")) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= width) {
        lines[lines.length - 1] = `${last} ${word}`;
      } else lines.push(word);
    }
    return lines;
  });
}

/** Writes for people, to standard error; standard output is for what a program may read. */
export function info(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
