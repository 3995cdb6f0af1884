/** The process of one stack: gets its arguments from `update.ts`, and sends progress and the result back. */
import { deploy, openStack, type StackArgs } from "slipway/automation";
import type { Message } from "./update";

const abort = new AbortController();

function send(message: Message): void {
  process.send?.(message);
}

async function update(args: StackArgs): Promise<void> {
  try {
    const { changes, resources, seconds } = await deploy(await openStack(args), {
      signal: abort.signal,
      lockTimeout: 300,
      onProgress: (progress) => send({ progress }),
    });
    send({ done: { changes, resources, seconds } });
  } catch (error) {
    send({ failed: error instanceof Error ? error.message : String(error) });
  }
  process.disconnect();
}

// If the parent process is gone, nobody sees the result of the update.
process.on("disconnect", () => abort.abort());
process.on("message", (message: StackArgs | "cancel") => {
  if (message === "cancel") abort.abort();
  else void update(message);
});
