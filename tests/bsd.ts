/**
 * Tools with the flags of macOS's: each program here refuses the flags that BSD's program refuses, and calls the real one.
 * Their manuals: https://man.freebsd.org/cgi/man.cgi?query=date (sed, stat, readlink, grep, mktemp)
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The first argument that matches is refused, as is every long option. */
const REFUSED: Readonly<Record<string, string>> = {
  sed: "-*[nEr]i|-i|-*z*|-*s*",
  stat: "-c*",
  readlink: "-*[fem]*",
  grep: "-*[Pz]*",
  mktemp: "-*p*",
};

const head = (name: string, folder: string) => `#!/bin/bash
PATH=\${PATH#*${folder}:}
refuse() { echo "${name}: illegal option -- $1" >&2; exit 1; }
`;

const tool = (name: string, folder: string, refused: string) => `${head(name, folder)}
for argument in "$@"; do
  case $argument in
    --) break ;;
    --* | ${refused.replaceAll("|", " | ")}) refuse "$argument" ;;
    -*) ;;
    *) break ;;
  esac
done
exec ${name} "$@"
`;

/** `date -r SECONDS` and `date -j -f FORMAT TIME`: GNU's date has other flags for them. */
const date = (folder: string) => `${head("date", folder)}
utc=() seconds= format= time=
while [[ $# -gt 0 ]]; do
  case $1 in
    -u) utc=(-u) ;;
    -j) ;;
    -r) seconds=$2; shift ;;
    -f) format=$2 time=$3; shift 2 ;;
    +*) break ;;
    *) refuse "$1" ;;
  esac
  shift
done
if [[ -n $seconds ]]; then
  [[ $seconds =~ ^[0-9]+$ ]] || refuse -r
  exec date "\${utc[@]}" -d "@$seconds" "$@"
elif [[ -n $format ]]; then
  [[ $format == %Y-%m-%dT%H:%M:%SZ ]] || refuse -f
  exec date "\${utc[@]}" -d "$time" "$@"
fi
exec date "\${utc[@]}" "$@"
`;

/** Creates the folder with the tools; it belongs first on PATH. */
export function bsdTools(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, script: string) =>
    writeFileSync(join(folder, name), script, { mode: 0o755 });
  write("date", date(folder));
  for (const [name, refused] of Object.entries(REFUSED)) write(name, tool(name, folder, refused));
}

/** What bash 3.2, the one of macOS, does not have. https://tiswww.case.edu/php/chet/bash/CHANGES */
export const NEWER_THAN_BASH_3 =
  /\b(mapfile|readarray|coproc)\b|\b(declare|local|typeset) -[a-zA-Z]*[Agnlu]|\$\{[^}]*(,,?|\^\^?|@[A-Za-z])\}|&>>|\|&|;;?&|\[\[ -[vR] |\$\{\w+:[^}:]*:\s*-|%\(.*\)T|\bwait -n\b|\{\d+\.\.\d+\.\.|\bBASHPID\b|\bEPOCHSECONDS\b|\bread -[a-zA-Z]*[iN]/;
