/**
 * Ends a command's children when the command dies without ending them (a crash, a SIGKILL). It reads `+pid` and `-pid`
 * lines from the command. The pipe ends when the command ends.
 */
import { createInterface } from "node:readline";
import { endTree } from "./process-tree";

const GRACE_MS = 3_000;
const children = new Set<number>();

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const pid = Number(line.slice(1));
  if (line.startsWith("+")) children.add(pid);
  else children.delete(pid);
});
lines.on("close", async () => {
  await Promise.all([...children].map((pid) => endTree(pid, GRACE_MS)));
  process.exit(0);
});
