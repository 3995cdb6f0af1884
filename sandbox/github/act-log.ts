/** Turns act's JSON lines into a log like GitHub's. */

interface Entry {
  readonly msg?: string;
  readonly level?: string;
  /** Pre, Main or Post. */
  readonly stage?: string;
  readonly step?: string;
  /** One id per level: steps of a composite action have two. */
  readonly stepID?: readonly string[];
  readonly stepResult?: string;
  /** In nanoseconds. */
  readonly executionTime?: number;
  readonly raw_output?: boolean;
  readonly command?: string;
}

/** A runner's error command. act itself splits it at the last `::`, so it misses errors with an ARN in the message. */
const ERROR = /^\s*\S+\s+::error(?: (.*?))?::(.*)$/su;

export class Log {
  private readonly lines: string[] = [];
  /** Errors that prevent a run from starting belong to no step. */
  private readonly refusals: string[] = [];
  private readonly steps = new Map<string, { errors: string[]; output: string[] }>();
  private failed: { readonly step: string; readonly message: string } | undefined;

  constructor(private readonly onLine?: (line: string) => void) {}

  get text(): string {
    return this.lines.join("\n");
  }

  /** Joined at the end: act may print a step's last lines after its result. */
  get failure(): string | undefined {
    const failures = [...this.refusals];
    if (this.failed) {
      const { step, message } = this.failed;
      const { errors, output } = this.of(step);
      // The step's last lines, if it reported no error itself.
      const reason = errors.length > 0 ? errors : output.slice(-5);
      failures.push(`${step}: ${reason.join("\n") || message}`);
      const steps = [...this.steps.keys()];
      for (const later of steps.slice(steps.indexOf(step) + 1)) {
        failures.push(...this.of(later).errors.map((error) => `${later}: ${error}`));
      }
    }
    return failures.length > 0 ? failures.join("\n") : undefined;
  }

  /** Takes one line of act's output. */
  add(json: string): void {
    const entry = parseEntry(json);
    const message = (entry.msg ?? "").trimEnd();
    if (entry.raw_output) this.output(entry, message);
    else if (ERROR.test(message)) this.error(entry, message);
    else if (entry.command !== undefined) return;
    else if (entry.stage === "Main") this.progress(entry, message);
    else if (entry.stage === undefined && /^(error|fatal)$/.test(entry.level ?? "")) {
      this.write(message);
      this.refusals.push(message);
    }
  }

  private output(entry: Entry, message: string): void {
    this.of(entry.step).output.push(message);
    this.write(`    ${message}`);
  }

  private error(entry: Entry, message: string): void {
    const [, properties = "", data = ""] = ERROR.exec(message) ?? [];
    const title = /title=([^,]*)/.exec(properties)?.[1];
    const text = unescapeData(title === undefined ? data : `${title}: ${data}`);
    this.of(entry.step).errors.push(text);
    this.write(`    error: ${text}`.replaceAll("\n", "\n    "));
  }

  private progress(entry: Entry, message: string): void {
    if ((entry.stepID?.length ?? 0) > 1) return;
    if (entry.stepResult === undefined) {
      if (message.includes("Run Main ")) {
        // Steps are listed in the order in which they start: the first line of a short step may come after the next one has started.
        this.of(entry.step);
        this.write(`${entry.step}`);
      }
      return;
    }
    const seconds = ((entry.executionTime ?? 0) / 1e9).toFixed(1);
    this.write(`  ${entry.stepResult} (${seconds} s)`);
    if (entry.stepResult === "failure") this.failed ??= { step: entry.step ?? "", message };
  }

  private of(step = "") {
    const found = this.steps.get(step) ?? { errors: [], output: [] };
    this.steps.set(step, found);
    return found;
  }

  private write(line: string): void {
    this.lines.push(line);
    for (const one of line.split("\n")) this.onLine?.(one);
  }
}

function parseEntry(line: string): Entry {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return { msg: line };
  }
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "").replaceAll("%0A", "\n").replaceAll("%25", "%");
}
