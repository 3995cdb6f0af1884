/** The steps of `npm start`. Each shows what a user would type, and checks that what it claims is so. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { lastLines } from "../base/processes";
import { progress } from "../base/progress";
import { listRepositories } from "../github";
import { git } from "../github/git";
import { planned, quiet } from "../noise";
import { type Running, runningServices } from "../running";
import { Sandbox } from "../sandbox";
import { CHECKOUT, type StackOptions } from "../stack-file";
import { formatService } from "../status";
import { prepare, type Release, release, type Surroundings } from "../team";
import { command, quote, StepFailed, say } from "./narration";

const STACK = "dev";
const ABOVE = "The error stands above. `npm start` begins again from nothing.";

export interface Tour {
  readonly sandbox: Sandbox;
  readonly around: Surroundings;
}

export async function begin(): Promise<Tour> {
  await Sandbox.down();
  const sandbox = await Sandbox.open();
  const { engine } = sandbox.tools;
  quote(`Pulumi ${engine.version}, from ${engine.source}: ${engine.pulumi}`);
  quote(`AWS    ${sandbox.endpoint} (moto; an account of its own for each stack)`);
  quote(`GitHub ${sandbox.githubRoot} (git repositories and their settings)`);
  return { sandbox, around: await prepare(sandbox, STACK) };
}

export async function showRepositories({ sandbox }: Tour): Promise<void> {
  for (const { fullName, path } of await listRepositories(sandbox.githubRoot)) {
    command(`git -C ${relative(path)} log --oneline --stat`);
    quoteAll(await git(path, ["log", "--oneline", "--stat"]));
    quote(`(that is ${fullName}, on this disk)`);
  }
}

export async function preview({ sandbox }: Tour): Promise<void> {
  command("pulumi preview");
  const onLine = quiet(quote);
  const result = await sandbox.pulumi(["preview", ...color()], { stack: STACK, onLine });
  // Its error has just been shown.
  if (result.code !== 0) throw new StepFailed("pulumi preview failed", ABOVE);
}

/** Shows what an edited stack file changes, value by value. */
export async function previewEdit({ sandbox }: Tour, configFile: string): Promise<void> {
  command("pulumi preview --diff");
  const options = { configFile, stack: STACK, onLine: quiet(planned(quote)) };
  const result = await sandbox.pulumi(["preview", "--diff", ...color()], options);
  if (result.code !== 0) throw new StepFailed("pulumi preview failed", ABOVE);
}

/** Previews, and fails when there is anything to change. */
export async function previewNothing({ sandbox }: Tour, options: StackOptions = {}): Promise<void> {
  command("pulumi preview --expect-no-changes");
  const args = ["preview", "--expect-no-changes", ...color()];
  const result = await sandbox.pulumi(args, { ...options, stack: STACK, onLine: quiet(quote) });
  if (result.code !== 0) {
    throw new StepFailed("the preview failed, or shows a change where there should be none", ABOVE);
  }
}

export async function update({ sandbox }: Tour, options: StackOptions = {}): Promise<void> {
  command("pulumi up --yes");
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
  const out = quiet(quote);
  lines.slice(from).forEach(out);
}

export async function showGitHub({ sandbox }: Tour): Promise<void> {
  for (const { path, settings } of await listRepositories(sandbox.githubRoot)) {
    command(`git -C ${relative(path)} log -1 --stat`);
    quoteAll(await git(path, ["log", "-1", "--stat"]));
    const { secrets = {}, variables = {} } = settings.environments[STACK] ?? settings;
    say();
    quote(`Settings of the environment '${STACK}':`);
    for (const name of Object.keys(secrets)) quote(`  secret   ${name}`);
    for (const [name, value] of Object.entries(variables)) quote(`  variable ${name} = ${value}`);
  }
}

export async function releaseFirst({ sandbox, around }: Tour): Promise<Release> {
  const [service] = around.services;
  if (!service) throw new StepFailed(`Pulumi.${STACK}.yaml has no service`, "Add one to it.");
  const result = await release(sandbox, STACK, service, {
    onCommit: (sha, message) => {
      command(`git push origin ${around.branch}`);
      quote(`${sha.slice(0, 12)} ${message}`);
      say();
    },
    // What the steps print is indented further; the steps' names and results tell enough.
    onLine: (line) => (/^ {4}/.test(line) ? undefined : quote(line)),
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

/** What AWS says runs; it has to be this image, when one is given. */
export async function showRunning({ sandbox }: Tour, tag?: string): Promise<Running> {
  const [running] = await runningServices(sandbox, STACK);
  if (!running) throw new StepFailed("AWS has no service of this stack", ABOVE);
  formatService(running).forEach((line) => void say(line));
  const expected = running.image.endsWith(`:${tag}`) && running.releasePointer === running.image;
  if (tag !== undefined && !expected) {
    throw new StepFailed(`what runs is not the release ${tag}`, ABOVE);
  }
  return running;
}

/** A copy of the stack file with twice the memory: the checkout stays as it is. */
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
  quote(`${name}: memory: ${before} -> ${before * 2} (in the copy ${relative(file)})`);
  return file;
}

function color(): string[] {
  return ["--color", process.stdout.isTTY ? "always" : "never"];
}

function quoteAll(text: string): void {
  text.trimEnd().split("\n").forEach(quote);
}

function relative(path: string): string {
  return path.startsWith(`${CHECKOUT}/`) ? path.slice(CHECKOUT.length + 1) : path;
}
