/** The steps of `npm start`. Each shows the command that a user would type, and checks the result. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { lastLines } from "../base/processes";
import { progress } from "../base/progress";
import { listRepositories } from "../github";
import { git } from "../github/git";
import { filterOutput, skipRefresh } from "../output-filter";
import { type Running, runningServices } from "../running";
import { Sandbox } from "../sandbox";
import { prepare, type Release, release, type StackSettings } from "../stack";
import { CHECKOUT, type StackOptions } from "../stack-file";
import { formatService } from "../status";
import { StepFailed, writeCommand, writeIndented, writeLine } from "./output";

const STACK = "dev";
const ABOVE = "The error is above. `npm start` starts again from nothing.";

export interface Tour {
  readonly sandbox: Sandbox;
  readonly settings: StackSettings;
}

export async function begin(): Promise<Tour> {
  await Sandbox.down();
  const sandbox = await Sandbox.open();
  const { engine } = sandbox.tools;
  writeIndented(`Pulumi ${engine.version}, from ${engine.source}: ${engine.pulumi}`);
  writeIndented(`AWS    ${sandbox.endpoint} (moto; one account per stack)`);
  writeIndented(`GitHub ${sandbox.githubRoot} (git repositories and their settings)`);
  return { sandbox, settings: await prepare(sandbox, STACK) };
}

export async function showRepositories({ sandbox }: Tour): Promise<void> {
  for (const { fullName, path } of await listRepositories(sandbox.githubRoot)) {
    writeCommand(`git -C ${relative(path)} log --oneline --stat`);
    quoteAll(await git(path, ["log", "--oneline", "--stat"]));
    writeIndented(`(that is ${fullName}, on this disk)`);
  }
}

export async function preview({ sandbox }: Tour): Promise<void> {
  writeCommand("pulumi preview");
  const onLine = filterOutput(writeIndented);
  const result = await sandbox.pulumi(["preview", ...color()], { stack: STACK, onLine });
  // The error is already shown.
  if (result.code !== 0) throw new StepFailed("pulumi preview failed", ABOVE);
}

/** Shows what an edited stack file changes, value by value. */
export async function previewEdit({ sandbox }: Tour, configFile: string): Promise<void> {
  writeCommand("pulumi preview --diff");
  const options = { configFile, stack: STACK, onLine: filterOutput(skipRefresh(writeIndented)) };
  const result = await sandbox.pulumi(["preview", "--diff", ...color()], options);
  if (result.code !== 0) throw new StepFailed("pulumi preview failed", ABOVE);
}

/** Runs a preview, and fails if it shows a change. */
export async function previewNothing({ sandbox }: Tour, options: StackOptions = {}): Promise<void> {
  writeCommand("pulumi preview --expect-no-changes");
  const args = ["preview", "--expect-no-changes", ...color()];
  const result = await sandbox.pulumi(args, {
    ...options,
    stack: STACK,
    onLine: filterOutput(writeIndented),
  });
  if (result.code !== 0) {
    throw new StepFailed("the preview failed, or shows a change where there should be none", ABOVE);
  }
}

export async function update({ sandbox }: Tour, options: StackOptions = {}): Promise<void> {
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
    return sandbox.pulumi(args, { ...options, stack: STACK, onLine });
  });
  if (result.code !== 0) throw new StepFailed(`pulumi up failed:\n${lastLines(result, 40)}`, ABOVE);
  const lines = result.stdout.split("\n");
  const from = lines.findIndex((line) => /^(Outputs|Resources):/.test(line));
  const out = filterOutput(writeIndented);
  lines.slice(from).forEach(out);
}

export async function showGitHub({ sandbox }: Tour): Promise<void> {
  for (const { path, settings } of await listRepositories(sandbox.githubRoot)) {
    writeCommand(`git -C ${relative(path)} log -1 --stat`);
    quoteAll(await git(path, ["log", "-1", "--stat"]));
    const { secrets = {}, variables = {} } = settings.environments[STACK] ?? settings;
    writeLine();
    writeIndented(`Settings of the environment '${STACK}':`);
    for (const name of Object.keys(secrets)) writeIndented(`  secret   ${name}`);
    for (const [name, value] of Object.entries(variables))
      writeIndented(`  variable ${name} = ${value}`);
  }
}

export async function releaseFirst({ sandbox, settings }: Tour): Promise<Release> {
  const [service] = settings.services;
  if (!service) throw new StepFailed(`Pulumi.${STACK}.yaml has no service`, "Add one to it.");
  const result = await release(sandbox, STACK, service, {
    onCommit: (sha, message) => {
      writeCommand(`git push origin ${settings.branch}`);
      writeIndented(`${sha.slice(0, 12)} ${message}`);
      writeLine();
    },
    // The output of steps is indented further; their names and results are enough.
    onLine: (line) => (/^ {4}/.test(line) ? undefined : writeIndented(line)),
  });
  const failed = result.workflows.find(({ ok }) => !ok);
  if (failed) {
    quoteAll(lastLines({ code: 1, stdout: failed.log, stderr: "" }));
    throw new StepFailed(`the workflow ${failed.file} failed`, ABOVE);
  }
  if (result.workflows.length === 0) {
    throw new StepFailed("the push started no workflow", "Does its path filter match server.mjs?");
  }
  return result;
}

/** Shows what runs according to AWS, and checks the image if a tag is given. */
export async function showRunning({ sandbox }: Tour, tag?: string): Promise<Running> {
  const [running] = await runningServices(sandbox, STACK);
  if (!running) throw new StepFailed("AWS has no service of this stack", ABOVE);
  formatService(running).forEach((line) => void writeLine(line));
  const expected = running.image.endsWith(`:${tag}`) && running.releasePointer === running.image;
  if (tag !== undefined && !expected) {
    throw new StepFailed(`the running image is not the release ${tag}`, ABOVE);
  }
  return running;
}

/** Copies the stack file with twice the memory; the checkout does not change. */
export async function doubleMemory({ sandbox }: Tour): Promise<string> {
  const name = `Pulumi.${STACK}.yaml`;
  const document = parseDocument(await readFile(join(CHECKOUT, name), "utf8"));
  const path = ["config", "slipway:services", 0, "memory"];
  const before = Number(document.getIn(path));
  document.setIn(path, before * 2);
  const folder = join(sandbox.folder, "tour");
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  await writeFile(file, document.toString());
  writeIndented(`${name}: memory: ${before} -> ${before * 2} (in the copy ${relative(file)})`);
  return file;
}

function color(): string[] {
  return ["--color", process.stdout.isTTY ? "always" : "never"];
}

function quoteAll(text: string): void {
  text.trimEnd().split("\n").forEach(writeIndented);
}

function relative(path: string): string {
  return path.startsWith(`${CHECKOUT}/`) ? path.slice(CHECKOUT.length + 1) : path;
}
