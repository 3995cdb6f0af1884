/** Writes the tour's output. */
import { COLUMNS, colors, wrap } from "../base/terminal";

const style = (code: number) => (text: string) =>
  colors ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold = style(1);
const dim = style(2);

export function writeLine(text = ""): void {
  process.stdout.write(`${text}\n`);
}

/** Writes prose of the tour itself. */
export function writeText(text: string, format = (line: string) => line): void {
  for (const line of wrap(text, COLUMNS)) writeLine(format(line));
}

/** Writes a line that a program printed. */
export function writeIndented(line: string): void {
  writeLine(line === "" ? "" : `  ${line}`);
}

/** Writes a command that the reader could type in a shell with the sandbox's environment. */
export function writeCommand(line: string): void {
  writeLine();
  writeLine(`  ${bold(`$ ${line}`)}`);
}

/** A step failed; `remedy` tells the reader what to do. */
export class StepFailed extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

let number = 0;
let current = "";

export function writeHeading(title: string, why: string): void {
  number += 1;
  current = `${number}. ${title}`;
  writeLine();
  writeLine(bold(current));
  writeText(why, dim);
}

/** The heading of the current step. */
export function currentHeading(): string {
  return current;
}
