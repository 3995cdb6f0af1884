/**
 * Runs the phases of a buildspec. Since version 0.2 all commands run in one shell. A command that calls `exit` ends the shell, and the next phase
 * continues with the same variables and folder.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quote } from "shlex";
import { run } from "../base/processes";
import { type Buildspec, PHASES, type PhaseName } from "./buildspec";

export interface PhasesRun {
  readonly buildspec: Pick<Buildspec, "env" | "phases">;
  /** CODEBUILD_SRC_DIR, where the first command starts. */
  readonly source: string;
  /** A folder for the shell's state. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly onLine: (line: string) => void;
}

export interface PhasesResult {
  readonly failure?: PhaseFailure;
  /** The exported variables' values. */
  readonly exported: Readonly<Record<string, string>>;
}

export interface PhaseFailure {
  readonly phase: string;
  readonly code: string;
  readonly message: string;
}

/** A phase that fails ends the build, except that `post_build` runs after `build`. */
export async function runPhases(options: PhasesRun): Promise<PhasesResult> {
  const { buildspec, folder, source, onLine } = options;
  await mkdir(folder, { recursive: true });
  await writeFile(stateOf(folder), `cd ${quote(source)}\n`);
  const deadline = Date.now() + options.timeoutMs;
  let failure: PhaseFailure | undefined;
  for (const name of PHASES) {
    const phase = buildspec.phases[name];
    if (!phase) continue;
    if (failure && !(name === "post_build" && failure.phase === "BUILD")) continue;
    const title = name.toUpperCase();
    onLine(`[Container] Entering phase ${title}`);
    const succeeding = failure ? "0" : "1";
    const runAll = (commands: readonly string[], ok: string) =>
      runCommands(options, name, commands, ok, deadline);
    const main = await runAll(phase.commands, succeeding);
    if (main?.code === "BUILD_TIMED_OUT") return { failure: main, exported: {} };
    // A finally block runs in any case, and its own failure counts if the commands succeeded.
    const failed = main ?? (await runAll(phase.finally, succeeding));
    if (main) await runAll(phase.finally, "0");
    onLine(`[Container] Phase complete: ${title} State: ${failed ? "FAILED" : "SUCCEEDED"}`);
    if (failed)
      onLine(`[Container] Phase context status code: ${failed.code} Message: ${failed.message}`);
    const onFailure = phase["on-failure"];
    if (failed && onFailure !== "CONTINUE") failure ??= failed;
    if (failed && onFailure === "ABORT") break;
  }
  return { ...(failure && { failure }), exported: await exportedVariables(options) };
}

const stateOf = (folder: string) => join(folder, "state.sh");

async function runCommands(
  { buildspec, folder, environment, onLine }: PhasesRun,
  name: PhaseName,
  commands: readonly string[],
  succeeding: string,
  deadline: number,
): Promise<PhaseFailure | undefined> {
  if (commands.length === 0) return undefined;
  const { shell } = buildspec.env;
  const script = join(folder, `${name}.sh`);
  await writeFile(script, scriptOf(folder, commands, shell === "bash"));
  const { code, timedOut } = await run(shell === "bash" ? "bash" : "sh", [script], {
    cwd: folder,
    env: { ...environment, CODEBUILD_BUILD_SUCCEEDING: succeeding },
    onLine: (line) => onLine(line),
    timeoutMs: Math.max(deadline - Date.now(), 1),
  });
  const phase = name.toUpperCase();
  if (timedOut) return { phase, code: "BUILD_TIMED_OUT", message: "Build has timed out." };
  if (code === 0) return undefined;
  const failed = (await readFile(join(folder, "command"), "utf8")).trim();
  const command = commands[Number(failed)] ?? "";
  onLine(`[Container] Command did not exit successfully ${command} exit status ${code}`);
  const message = `Error while executing command: ${command}. Reason: exit status ${code}`;
  return { phase, code: "COMMAND_EXECUTION_ERROR", message };
}

/** A script that runs the commands until one fails, and saves the shell's state however it ends. */
function scriptOf(folder: string, commands: readonly string[], bash: boolean): string {
  const state = quote(stateOf(folder));
  const options = quote(join(folder, "options.sh"));
  // A POSIX shell can print its unexported variables only together with its internal ones, so only exported variables are saved.
  const variables = bash
    ? "declare -p | grep -v -e '^declare -[a-zA-Z]*r' -e '^declare -- __'; declare -f; shopt -p"
    : "export -p";
  const folderLine = bash ? 'printf "cd %q\\n" "$PWD"' : `printf "cd '%s'\\n" "$PWD"`;
  const lines = commands.flatMap((command, index) => [
    `printf %s ${index} > ${quote(join(folder, "command"))}`,
    `printf '%s\\n' ${quote(`[Container] Running command ${command}`)}`,
    `eval ${quote(command)}`,
    `__code=$?; [ "$__code" -eq 0 ] || exit "$__code"`,
  ]);
  return [
    "__succeeding=$CODEBUILD_BUILD_SUCCEEDING",
    `. ${state}`,
    'export CODEBUILD_BUILD_SUCCEEDING="$__succeeding"',
    "__save() {",
    // A redirection sees the shell's own options; a command substitution would not.
    `  __code=$?; set +o > ${options}; set +eu`,
    `  { ${variables}; ${folderLine}; cat ${options}; } > ${state}`,
    '  exit "$__code"',
    "}",
    "trap __save EXIT",
    ...lines,
    "",
  ].join("\n");
}

async function exportedVariables({ buildspec, folder, environment }: PhasesRun) {
  const names = buildspec.env["exported-variables"];
  if (names.length === 0) return {};
  const print = names.map((name) => `printf '%s=%s\\0' ${name} "\${${name}-}"`);
  const script = [`. ${quote(stateOf(folder))} >/dev/null 2>&1`, ...print].join("\n");
  const shell = buildspec.env.shell === "bash" ? "bash" : "sh";
  const { stdout } = await run(shell, ["-c", script], { env: environment });
  const pairs = stdout.split("\0").filter((pair) => pair.includes("="));
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
}
