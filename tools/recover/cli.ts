/** `npm run recover -- --stack dev`, after an update that was killed. It needs only the Pulumi CLI. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import type { Exported } from "./pending";
import { type Pulumi, recover } from "./recover";

const USAGE = `Usage: npm run recover -- [--stack dev] [--yes] [--id '<URN>=<id>' ...]

Run this after an update that was killed (after \`pulumi cancel\`, if the stack is locked). It imports the objects that the
update created into the state, so that the next \`pulumi up\` does not create them twice or fail because they exist. It asks
before it changes the state.

  --stack  the stack; default: the selected stack
  --yes    change the state without asking; if an id is missing, nothing changes and the exit code is 1
  --id     the id of an object, if AWS or GitHub chose the id; '<URN>=' means that the object does not exist`;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 1024 ** 3 };
    execFile("pulumi", args, options, (error, stdout, stderr) => {
      if (error && typeof error.code === "string") {
        reject(new Error("cannot start pulumi: is it on PATH?"));
      } else resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

async function mustRun(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(args);
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** Other users cannot read the files with state, and they are deleted at the end. */
function pulumiOf(stack: readonly string[], folder: string): Pulumi {
  const write = async (content: object) => {
    const file = join(folder, "content.json");
    await writeFile(file, JSON.stringify(content), { mode: 0o600 });
    return file;
  };
  const quiet = ["--non-interactive", "--color", "never"];
  return {
    exportState: async () => JSON.parse(await mustRun(["stack", "export", ...stack])) as Exported,
    importState: async (state) => {
      await mustRun(["stack", "import", "--file", await write(state), ...stack]);
    },
    importObjects: async (content) => {
      const file = await write(content);
      // Protection marks imported objects until the pending operations are removed.
      const flags = ["--yes", "--skip-preview", "--generate-code=false", "--protect=true"];
      const ended = await run(["import", "--file", file, ...flags, ...stack, ...quiet]);
      return { ok: ended.code === 0, output: ended.stdout + ended.stderr };
    },
  };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      yes: { type: "boolean", default: false },
      id: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  // A URN contains no `=`, but an id can.
  const ids = new Map(
    values.id.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new Error(`--id needs '<URN>=<id>', not '${pair}'`);
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
  const folder = await mkdtemp(join(tmpdir(), "slipway-recover-"));
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const ask =
    process.stdin.isTTY && !values.yes ? (text: string) => lines.question(text) : undefined;
  try {
    const pulumi = pulumiOf(values.stack ? ["--stack", values.stack] : [], folder);
    return (await recover(pulumi, { say, ask }, { ids, yes: values.yes })) ? 0 : 1;
  } finally {
    lines.close();
    await rm(folder, { recursive: true, force: true });
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
    process.stderr.write("`npm run recover -- --help` explains the options.\n");
    process.exitCode = 2;
  },
);
