import { clearScreenDown, moveCursor } from "node:readline";
import { describeChanges, type Progress } from "slipway/automation";

/** Shows what happens to all stacks: in a terminal, a line for each that is updated; elsewhere, a line for each that starts or ends. */
export class Display {
  private readonly lines = new Map<string, string>();
  private shown = 0;
  private readonly ended = new Map<string, number>();

  constructor(private readonly stream: NodeJS.WriteStream) {}

  report(stack: string, progress: Progress): void {
    const { type } = progress;
    if (type === "end") {
      this.lines.delete(stack);
      const { result, changes, seconds } = progress;
      const what = `${result} in ${Math.round(seconds)} s, ${describeChanges(changes)}`;
      this.draw(`${stack}: ${what}`);
      return;
    }
    const first = !this.lines.has(stack) && !this.stream.isTTY;
    if (type === "waiting") this.lines.set(stack, `${stack}: waits for its lock`);
    else if (type === "resource") this.lines.set(stack, `${stack}: ${this.step(stack, progress)}`);
    else if (progress.severity === "error") this.draw(`${stack}: ${progress.text}`);
    this.draw(first ? `${stack}: started` : undefined);
  }

  private step(stack: string, { status, label }: Progress & { type: "resource" }): string {
    const ended = (this.ended.get(stack) ?? 0) + (status === "done" ? 1 : 0);
    this.ended.set(stack, ended);
    return `${ended} done, ${status} ${label}`;
  }

  /** A line that stays, and below it the lines that change. */
  private draw(line?: string): void {
    const { stream } = this;
    if (stream.isTTY) {
      moveCursor(stream, 0, -this.shown);
      clearScreenDown(stream);
    }
    if (line !== undefined) stream.write(`${line}\n`);
    if (!stream.isTTY) return;
    // A line that wraps would take two lines.
    for (const text of this.lines.values()) stream.write(`${text.slice(0, stream.columns - 1)}\n`);
    this.shown = this.lines.size;
  }
}
