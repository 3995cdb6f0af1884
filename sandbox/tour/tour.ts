/** The steps of `npm start`. Each shows the command that a user would type, and checks the result. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDocument } from "yaml";
import { tagOf } from "../../components/shared/image";
import { lastLines, run } from "../base/processes";
import { progress } from "../base/progress";
import { colors, shownPath } from "../base/terminal";
import { listRepositories } from "../github";
import { git } from "../github/git";
import { filterOutput } from "../output-filter";
import { type Running, runningServices } from "../running";
import { CHECKOUT, Sandbox } from "../sandbox";
import { prepare, type Release, release } from "../stack";
import type { StackSettings } from "../stack-settings";
import { formatService } from "../status";
import { StepFailed, writeCommand, writeIndented, writeLine, writeText } from "./output";

const STACK = "dev";
const ABOVE = "The error is above. `npm start` starts again from nothing.";
const COMMENT = join(CHECKOUT, "components", "preview-comment", "cli.ts");
const FILE = join(__dirname, `Pulumi.${STACK}.yaml`);
/** How long a user at a terminal can stop the tour with Ctrl-C. */
const RESTART_MS = 5_000;

export interface Tour {
  readonly sandbox: Sandbox;
  readonly settings: StackSettings;
  /** The tour's stack file. */
  readonly configFile: string;
  /** Its path as the reader can type it. */
  readonly shownFile: string;
}

/** Warns that the tour removes a running sandbox. */
export async function announceRestart(): Promise<void> {
  if (!(await Sandbox.isUp())) return;
  const wait = process.stdin.isTTY === true;
  writeLine();
  writeText(
    "A sandbox is running here. The tour removes it, with its stacks and repositories, and begins " +
      `again from nothing.${wait ? " Press Ctrl-C within 5 seconds to keep it." : ""}`,
  );
  if (wait) await sleep(RESTART_MS);
}

export async function begin(): Promise<Tour> {
  await Sandbox.down();
  const sandbox = await Sandbox.open();
  const { engine } = sandbox.tools;
  writeIndented(`Pulumi ${engine.version}, from ${engine.source}: ${shownPath(engine.pulumi)}`);
  writeIndented(`AWS    ${sandbox.endpoint} (moto; one account per stack)`);
  writeIndented(`GitHub ${shownPath(sandbox.githubRoot)} (git repositories and their settings)`);
  const settings = await prepare(sandbox, STACK, { configFile: FILE });
  return { sandbox, settings, ...file(FILE) };
}

function file(configFile: string) {
  return { configFile, shownFile: shownPath(configFile) };
}

export async function showRepositories({ sandbox }: Tour): Promise<void> {
  for (const { fullName, path } of await listRepositories(sandbox.githubRoot)) {
    writeCommand(`git -C ${shownPath(path)} log --oneline --stat`);
    quoteAll(await git(path, ["log", "--oneline", "--stat"]));
    writeIndented(`(that is ${fullName}, on this disk)`);
  }
}

export async function preview({ sandbox, configFile }: Tour): Promise<void> {
  writeCommand("pulumi preview");
  const onLine = filterOutput(writeIndented);
  const options = { configFile, stack: STACK, onLine };
  const result = await sandbox.pulumi(["preview", ...color()], options);
  // The error is already shown.
  if (result.code !== 0) throw new StepFailed("pulumi preview failed", ABOVE);
}

/** Shows the comment that a pull request with the edited stack file gets. */
export async function previewEdit({ sandbox, configFile }: Tour): Promise<void> {
  const args = ["--stack", STACK, "--config-file"];
  // npm runs it in the project's folder.
  const shown = [...args, relative(CHECKOUT, configFile)].join(" ");
  writeCommand(`npm run preview:comment -- ${shown}`);
  const command = ["--require", "ts-node/register/transpile-only", COMMENT, ...args, configFile];
  const env = await sandbox.env(STACK, { configFile });
  const result = await run(process.execPath, command, { cwd: CHECKOUT, env });
  if (result.code !== 0) {
    throw new StepFailed(`pulumi preview failed:\n${lastLines(result, 40)}`, ABOVE);
  }
  quoteAll(withoutTags(result.stdout));
}

/** The comment's text; GitHub turns its HTML into parts to unfold. */
function withoutTags(markdown: string): string {
  return markdown
    .replace(/^<\/?details.*>\n+/gm, "")
    .replace(/<\/?(?:summary|b|code)>/g, "")
    .replace(/\n{3,}/g, "\n\n");
}

/** Runs a preview, and fails if it shows a change. */
export async function previewNothing({ sandbox, configFile }: Tour): Promise<void> {
  writeCommand("pulumi preview --expect-no-changes");
  const args = ["preview", "--expect-no-changes", ...color()];
  const options = { configFile, stack: STACK, onLine: filterOutput(writeIndented) };
  const result = await sandbox.pulumi(args, options);
  if (result.code !== 0) {
    throw new StepFailed("the preview failed, or shows a change where there should be none", ABOVE);
  }
}

export async function update({ sandbox, configFile }: Tour): Promise<void> {
  writeCommand("pulumi up --yes");
  const result = await progress("  pulumi up", (tell) => {
    let done = 0;
    const onLine = (line: string) => {
      const [, type, name] = /^\s*[+~-]+\s+(\S+)\s+(\S+)\s+(?:created|updated)/.exec(line) ?? [];
      if (!type) return;
      done += 1;
      tell(`${done} resources, now ${type.split(":").at(-1)} ${name}`);
    };
    const args = ["up", "--yes", "--skip-preview", "--color", "never"];
    return sandbox.pulumi(args, { configFile, stack: STACK, onLine });
  });
  if (result.code !== 0) throw new StepFailed(`pulumi up failed:\n${lastLines(result, 40)}`, ABOVE);
  const lines = result.stdout.split("\n");
  const from = lines.findIndex((line) => /^(Outputs|Resources):/.test(line));
  const out = filterOutput(writeIndented);
  lines.slice(from).forEach(out);
}

export async function showGitHub({ sandbox }: Tour): Promise<void> {
  for (const { path, settings } of await listRepositories(sandbox.githubRoot)) {
    writeCommand(`git -C ${shownPath(path)} log -1 --stat`);
    quoteAll(await git(path, ["log", "-1", "--stat"]));
    const { secrets = {}, variables = {} } = settings.environments[STACK] ?? settings;
    writeLine();
    writeIndented(`Settings of the environment '${STACK}':`);
    for (const name of Object.keys(secrets)) writeIndented(`  secret   ${name}`);
    for (const [name, value] of Object.entries(variables))
      writeIndented(`  variable ${name} = ${value}`);
  }
}

export async function releaseFirst({ sandbox, settings, configFile }: Tour): Promise<Release> {
  const [service] = settings.services;
  if (!service) throw new StepFailed(`${configFile} has no service`, "Restore the file from git.");
  const result = await release(sandbox, STACK, service, {
    configFile,
    onCommit: ({ sha, message }) => {
      writeCommand(`git push origin ${settings.branch}`);
      writeIndented(`${sha.slice(0, 12)} ${message}`);
      writeLine();
    },
    // The output of steps is indented further; their names and results are enough.
    onLine: (line) => (/^ {4}/.test(line) ? undefined : writeIndented(line)),
  });
  const failed = result.workflows.find(({ ok }) => !ok);
  if (failed) {
    quoteAll(failed.failure ?? failed.log);
    throw new StepFailed(`the workflow ${failed.file} failed`, ABOVE);
  }
  if (result.workflows.length === 0) {
    throw new StepFailed("the push started no workflow", "Does its path filter match server.mjs?");
  }
  return result;
}

/** Shows what runs according to AWS, and checks the image if a tag is given. */
export async function showRunning({ sandbox, configFile }: Tour, tag?: string): Promise<Running> {
  const [running] = await runningServices(sandbox, STACK, { configFile });
  if (!running) throw new StepFailed("AWS has no service of this stack", ABOVE);
  formatService(running).forEach((line) => void writeLine(line));
  const expected = tagOf(running.image) === tag && running.releasePointer === running.image;
  if (tag !== undefined && !expected) {
    throw new StepFailed(`the running image is not the release ${tag}`, ABOVE);
  }
  return running;
}

/** Copies the stack file with twice the memory. */
export async function doubleMemory(tour: Tour): Promise<Tour> {
  const document = parseDocument(await readFile(tour.configFile, "utf8"));
  const path = ["config", "slipway:services", 0, "memory"];
  const before = Number(document.getIn(path));
  document.setIn(path, before * 2);
  const folder = join(tour.sandbox.folder, "tour");
  await mkdir(folder, { recursive: true });
  const edited = file(join(folder, `Pulumi.${STACK}.yaml`));
  await writeFile(edited.configFile, document.toString());
  writeIndented(`memory: ${before} -> ${before * 2}, in a copy: ${edited.shownFile}`);
  return { ...tour, ...edited };
}

function color(): string[] {
  return ["--color", colors ? "always" : "never"];
}

function quoteAll(text: string): void {
  text.trimEnd().split("\n").forEach(writeIndented);
}
