/**
 * Shows the progress of a long step on standard error: its name, its time, and its current detail. If several steps run at the
 * same time, a terminal shows the oldest one.
 */
const FRAME_MS = 1_000;
/** The interval of new lines in a log, where a line cannot be rewritten. */
const LOG_MS = 15_000;

export type Update = (detail: string) => void;

/** The steps that run, the oldest first. */
const running: symbol[] = [];

export async function progress<T>(label: string, work: (update: Update) => Promise<T>): Promise<T> {
  const began = Date.now();
  const terminal = process.stderr.isTTY === true;
  let detail = "";
  let logged = began;
  const step = Symbol(label);
  running.push(step);
  const show = () => {
    const line = `${label}: ${seconds(began)}${detail && `, ${detail}`}`;
    if (terminal) {
      if (running[0] !== step) return;
      process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    } else if (Date.now() - logged >= LOG_MS) {
      logged = Date.now();
      process.stderr.write(`${line}\n`);
    }
  };
  if (!terminal) process.stderr.write(`${label}...\n`);
  const timer = setInterval(show, FRAME_MS);
  const close = (result: string) => {
    clearInterval(timer);
    running.splice(running.indexOf(step), 1);
    if (terminal) process.stderr.write("\r\u001b[K");
    process.stderr.write(`${label}: ${result} ${seconds(began)}\n`);
  };
  try {
    const value = await work((text) => {
      detail = text;
    });
    close("done in");
    return value;
  } catch (error) {
    close("failed after");
    throw error;
  }
}

export function seconds(since: number): string {
  const elapsed = (Date.now() - since) / 1000;
  if (elapsed < 60) return `${elapsed < 10 ? elapsed.toFixed(1) : Math.round(elapsed)} s`;
  return `${Math.floor(elapsed / 60)} min ${Math.round(elapsed % 60)} s`;
}
