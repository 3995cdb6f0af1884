/** Takes out of the engine's output what a reader does not need: what stays the same, and what only a sandbox causes. */

/** It warns of each plugin that it finds on PATH; where that stands behind a resource, the resource has its own line. */
const PLUGIN = /warning: using pulumi-[\w-]+ from \$PATH at \S+/;
/** `refresh: always` reads every resource; what it found changed has a `[diff: ...]`. */
const REFRESH = /^ ~ {2}\S+:\S+ .* (refreshing|refresh|refreshed)( \([\d.]+m?s\))?$/;
/** A resource without an operation. */
const SAME =
  /^ {4}[a-z]\S*:\S*:\S+ [^\s(]\S*( (unchanged|running|refresh|refreshed)( \([\d.]+m?s\))?)?$/;
const TICK = /^@ (updating|previewing|refreshing|destroying)/;
const COUNT = /;?\s*\d+ warnings?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with ESC.
const COLOURS = /\u001b\[[0-9;]*m/g;

/** A filter for lines in their order: what it is given comes out through `print`, noise left out. */
export function quiet(print: (line: string) => void): (line: string) => void {
  /** Headings whose first line of content is still to come. */
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
      // Content that is indented belongs to the headings; a new section leaves them empty.
      if (/^\s/.test(plain)) held.forEach(out);
      held = [];
    }
    if (held.length > 0) return;
    out(line.replace(COUNT, "").trimEnd());
  };
}

/** Of a preview with `--diff`, what is planned: not what the refresh before it found. */
export function planned(print: (line: string) => void): (line: string) => void {
  let refresh = false;
  return (line) => {
    const plain = line.replace(COLOURS, "").trimEnd();
    if (/: \(refresh\)$/.test(plain)) refresh = true;
    else if (/: \([a-z-]+\)$/.test(plain) || plain === "Resources:") refresh = false;
    if (!refresh && !/^\s*\[(urn|provider)=/.test(plain)) print(line);
  };
}
