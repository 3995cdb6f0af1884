/** Removes lines from the engine's output that a reader does not need: unchanged resources, and warnings that only a sandbox causes. */

/** The engine warns of each plugin that it finds on PATH, on a line of its own or at the end of a resource's line. */
const PLUGIN = /warning: using pulumi-[\w-]+ from \$PATH at \S+/;
/** `refresh: always` reads every resource; a changed one has a `[diff: ...]`. */
const REFRESH = /^ ~ {2}\S+:\S+ .* (refreshing|refresh|refreshed)( \([\d.]+m?s\))?$/;
/** A resource without an operation. */
const SAME =
  /^ {4}[a-z]\S*:\S*:\S+ [^\s(]\S*( (unchanged|running|refresh|refreshed)( \([\d.]+m?s\))?)?$/;
const TICK = /^@ (updating|previewing|refreshing|destroying)/;
const COUNT = /;?\s*\d+ warnings?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with ESC.
const COLOURS = /\u001b\[[0-9;]*m/g;

/** Returns a filter for the lines of an output in their order; it passes the useful ones to `print`. */
export function filterOutput(print: (line: string) => void): (line: string) => void {
  /** Headings that wait for their first line of content. */
  let held: string[] = [];
  let blank = true;
  const out = (line: string) => {
    const empty = line.trim() === "";
    if (!(empty && blank)) print(line);
    blank = empty;
  };
  return (line) => {
    const plain = line.replace(COLOURS, "").replace(COUNT, "").trimEnd();
    if ([PLUGIN, REFRESH, SAME, TICK].some((pattern) => pattern.test(plain))) return;
    if (plain === "Diagnostics:" || (held.length > 0 && /^ {2}\S.*:$/.test(plain))) {
      held = plain === "Diagnostics:" ? [line] : [...held.slice(0, 1), line];
      return;
    }
    if (held.length > 0 && plain !== "") {
      // Indented content belongs to the headings; if a new section starts, they are empty.
      if (/^\s/.test(plain)) held.forEach(out);
      held = [];
    }
    if (held.length > 0) return;
    out(line.replace(COUNT, "").trimEnd());
  };
}
