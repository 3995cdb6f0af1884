/** Creates one Python virtual environment per machine: moto, the AWS CLI, zizmor. */
import { join } from "node:path";
import { CommandFailed, run } from "../base/processes";
import { cached, hashOf } from "./cache";
import { buildEnvironment } from "./environment";

const LOCK = join(__dirname, "python", "requirements.lock");
const INTERPRETERS = ["python3", "python3.13", "python3.12", "python3.11"];
/** The oldest Python that the pinned packages support. */
const OLDEST = [3, 11];

/** The folder with the environment's programs. */
export async function pythonEnvironment(): Promise<string> {
  const name = `python-${await hashOf(LOCK)}`;
  const label = "Installing moto and the AWS CLI (about 30 s, once)";
  const folder = await cached(name, label, async (root, update) => {
    update("creating a virtual environment");
    const python = await interpreter();
    await step("python3 -m venv", python, ["-m", "venv", root]);
    const pip = join(root, "bin", "python");
    await step("pip install", pip, pipInstall(LOCK), (line) => update(line.trim().slice(0, 60)));
  });
  return join(folder, "bin");
}

/** Every file must have its hash in the lock file, and none may run code of its own while it is installed. */
export function pipInstall(lock: string): string[] {
  const quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
  const verified = ["--require-hashes", "--only-binary", ":all:", "--requirement", lock];
  return ["-m", "pip", "install", ...quiet, ...verified];
}

async function step(
  label: string,
  command: string,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<void> {
  const result = await run(command, args, { env: buildEnvironment(), onLine });
  if (result.code !== 0) throw new CommandFailed(label, result);
}

/** The first interpreter that is recent enough and has venv, which is a separate package in Debian and Ubuntu. */
async function interpreter(): Promise<string> {
  const check = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${OLDEST.join(", ")}))`;
  for (const candidate of INTERPRETERS) {
    const result = await run(candidate, ["-c", check]).catch(() => undefined);
    if (result?.code === 0) return candidate;
  }
  throw new Error(
    `Python ${OLDEST.join(".")} or newer with its venv module is needed (Debian and Ubuntu: apt install python3-venv), and none is on PATH.`,
  );
}
