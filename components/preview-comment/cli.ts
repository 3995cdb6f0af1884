#!/usr/bin/env node
/** Runs a preview and prints it as Markdown, as in the comment on a pull request: `npm run preview:comment -- --stack dev` */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { renderPreview } from "./render";

const usage = `Usage: npm run preview:comment -- --stack dev [options]

Runs \`pulumi preview\`, and prints what it found as Markdown. Its exit code is that of the preview.

  --stack dev         the stack
  --config-file FILE  its configuration; default: Pulumi.<stack>.yaml
  --events FILE       the recorded output of a preview, in place of a new one:
                      PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json > FILE
  --limit 65000       the longest output, in characters
  --help              prints this help`;

interface Preview {
  readonly events: string;
  readonly code: number;
}

class UsageError extends Error {}

async function main(args: string[]): Promise<number> {
  const flags = read(args);
  if (flags.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const { stack, limit = "65000" } = flags;
  if (stack === undefined) {
    throw new UsageError("--stack is missing");
  }
  if (!/^\d+$/.test(limit) || Number(limit) < 1000) {
    throw new UsageError(`--limit needs a number of 1000 or more, not ${limit}`);
  }
  const { events, code } = flags.events
    ? { events: await recorded(flags.events), code: 0 }
    : await preview(stack, flags["config-file"]);
  // In Pulumi Cloud, a stack's full name is organization/project/stack.
  const [name = stack] = stack.split("/").slice(-1);
  process.stdout.write(`${renderPreview({ stack: name, events, limit: Number(limit) })}\n`);
  return code;
}

function read(args: string[]) {
  const text = { type: "string" } as const;
  const options = { stack: text, "config-file": text, events: text, limit: text };
  try {
    return parseArgs({ args, options: { ...options, help: { type: "boolean" } } }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function recorded(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: Error) => {
    throw new UsageError(`cannot read ${file}: ${error.message}`);
  });
}

function preview(stack: string, configFile?: string): Promise<Preview> {
  const args = ["preview", "--json", "--non-interactive", "--stack", stack];
  const child = spawn("pulumi", configFile ? [...args, "--config-file", configFile] : args, {
    env: { ...process.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", () => reject(new UsageError("pulumi is not on PATH")));
    child.on("close", (code) =>
      resolve({ events: Buffer.concat(chunks).toString("utf8"), code: code ?? 1 }),
    );
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    process.stderr.write(`${error.message}\n${usage}\n`);
    process.exitCode = 2;
  },
);
