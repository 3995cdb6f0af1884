/** Ends a plugin when the engine dies without ending it (a crash, or SIGKILL). Normally the engine sends SIGINT. */
import { commandLines, signal } from "../../base/process-tree";
import { allNoted } from "./journal";

/** Ends the language host and its program. Otherwise the host stays for minutes, and the program retries its calls to the engine without end. */
const OF_PROGRAM = /pulumi-language-|@pulumi\/pulumi\/cmd\/run/;
const ADDRESS = /^127\.0\.0\.1:\d+$/;

/** The engine keeps the other end of the standard input open while it runs. */
export function endWithEngine(): void {
  const address = process.argv.slice(2).find((argument) => ADDRESS.test(argument));
  const end = async () => {
    if (address) endProgram(address);
    await allNoted();
    process.exit(0);
  };
  process.stdin.on("end", () => void end()).resume();
}

/** Every process that the engine starts has the engine's address in its arguments. Other plugins end by themselves, like this one. */
function endProgram(address: string): void {
  for (const { pid, command } of commandLines()) {
    if (command.includes(address) && OF_PROGRAM.test(command.join(" "))) signal(pid, "SIGKILL");
  }
}
