/** Reads and changes the sandbox's state between commands: `<sandbox>/state.json`. */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { withLock, writeAtomically } from "./base/lock";

export interface Credentials {
  readonly account: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface State {
  /** The AWS emulator's process. */
  moto?: { readonly pid: number; readonly port: number };
  /** One AWS account per stack. */
  readonly accounts: Record<string, Credentials>;
}

const FILE = "state.json";
const LOCK = "lock";
/** The start of the emulator holds the lock longest. */
const WAIT_MS = 60_000;

export async function readState(folder: string): Promise<State> {
  const text = await readFile(join(folder, FILE), "utf8").catch(() => undefined);
  return text === undefined ? { accounts: {} } : (JSON.parse(text) as State);
}

/** Changes the state while no other command changes it, and returns the result of `change`. */
export async function changeState<T>(
  folder: string,
  change: (state: State) => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  return withLock(
    join(folder, LOCK),
    async () => {
      const state = await readState(folder);
      const before = JSON.stringify(state);
      const answer = await change(state);
      if (JSON.stringify(state) !== before) {
        await writeAtomically(join(folder, FILE), `${JSON.stringify(state, null, 2)}\n`);
      }
      return answer;
    },
    WAIT_MS,
  );
}

/**
 * Deletes everything except the files `kept`: stacks, repositories, accounts. The lock stays with all its links, because the caller
 * may hold it. The state's file stays, because the caller writes it.
 */
export async function wipe(
  folder: string,
  state: State,
  kept: readonly string[] = [],
): Promise<void> {
  const entries = await readdir(folder).catch(() => []);
  const stays = (entry: string) => entry === FILE || entry.startsWith(LOCK) || kept.includes(entry);
  const remove = (entry: string) => rm(join(folder, entry), { recursive: true, force: true });
  await Promise.all(entries.filter((entry) => !stays(entry)).map(remove));
  for (const stack of Object.keys(state.accounts)) delete state.accounts[stack];
}
