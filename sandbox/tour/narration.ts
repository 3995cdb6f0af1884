/** How the tour talks. */
const terminal = process.stdout.isTTY === true;
const style = (code: number) => (text: string) =>
  terminal ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold = style(1);
const dim = style(2);

export function say(text = ""): void {
  process.stdout.write(`${text}\n`);
}

/** A line that some program printed. */
export function quote(line: string): void {
  say(line === "" ? "" : `  ${line}`);
}

/** A command that the reader could type, in a shell with the sandbox's environment. */
export function command(line: string): void {
  say();
  say(`  ${bold(`$ ${line}`)}`);
}

/** A step that did not do what it should, with what the reader can do. */
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

export function chapter(title: string, ...why: readonly string[]): void {
  number += 1;
  current = `${number}. ${title}`;
  say();
  say(bold(current));
  for (const line of why) say(dim(line));
}

/** The chapter that is being told. */
export function currentChapter(): string {
  return current;
}
