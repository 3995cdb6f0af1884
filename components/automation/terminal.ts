import { clearLine, cursorTo } from "node:readline";
import type { WriteStream } from "node:tty";
import { describeLock } from "./lock";
import { isChange, type Progress, type ResourceProgress } from "./progress";

/** Where progress goes: `process.stderr`, or anything that can be written to. */
export interface ProgressStream extends Pick<NodeJS.WritableStream, "write"> {
  /** Whether it is a terminal, where a line can be written again. @default false */
  readonly isTTY?: boolean;
  /** The width of the terminal, in characters. @default 80 */
  readonly columns?: number;
}

/**
 * Prints progress, one line for each change, warning and error. In a terminal, a last line shows what is in progress.
 *
 * ```ts
 * await deploy(stack, { onProgress: terminalProgress(process.stderr) });
 * ```
 *
 * @param name begins each line; @default nothing
 */
export function terminalProgress(
  stream: ProgressStream = process.stderr,
  name = "",
): (progress: Progress) => void {
  const running = new Map<string, string>();
  const live = stream.isTTY === true;
  const prefix = name === "" ? "" : `${name}: `;
  const showRunning = () => {
    const labels = [...running.values()];
    if (live && labels.length > 0) {
      const text = `${prefix}in progress: ${labels.join(", ")}`;
      // A line that wraps could not be cleared.
      stream.write(text.slice(0, (stream.columns ?? 80) - 1));
    }
  };
  return (progress) => {
    if (progress.type === "resource" && progress.status === "started") {
      if (isChange(progress.operation)) running.set(progress.urn, progress.label);
    } else if (progress.type === "resource") {
      running.delete(progress.urn);
    } else if (progress.type === "end") {
      running.clear();
    }
    if (live) clear(stream);
    for (const line of linesOf(progress)) stream.write(`${prefix}${line}\n`);
    showRunning();
  };
}

function clear(stream: ProgressStream): void {
  clearLine(stream as WriteStream, 0);
  cursorTo(stream as WriteStream, 0);
}

/** The lines to print for a step; none if it is nothing to report. */
function linesOf(progress: Progress): readonly string[] {
  switch (progress.type) {
    case "resource":
      return resourceLines(progress);
    case "message": {
      const { severity, label, text } = progress;
      // Information of the program and the providers is left out: the engine also prints each resource's own output as information.
      return severity === "info" ? [] : [`${severity}: ${label ? `${label}: ` : ""}${text}`];
    }
    case "waiting":
      return [`waiting: the stack is locked by ${describeLock(progress.lock)}`];
    case "end": {
      const { result, changes, seconds } = progress;
      return [`${result} in ${Math.round(seconds)} s: ${describeChanges(changes)}`];
    }
  }
}

function resourceLines({ status, operation, label, seconds = 0 }: ResourceProgress): string[] {
  if (!isChange(operation) || status === "started") {
    return [];
  }
  const time = seconds >= 1 ? ` (${Math.round(seconds)} s)` : "";
  return [`${operation} ${label}${status === "done" ? "" : ` ${status}`}${time}`];
}

/** `create 12, update 1`, without the resources that stay as they are. */
export function describeChanges(changes: Readonly<Record<string, number | undefined>>): string {
  const changed = Object.entries(changes).filter(([operation]) => operation !== "same");
  return changed.map(([operation, count]) => `${operation} ${count}`).join(", ") || "no changes";
}
