/** What a plugin does when the engine dies without ending it: a crash, or SIGKILL. An ordinary end is a SIGINT. */
import { commandLines, signal } from "../../base/process-tree";
import { allNoted } from "./journal";

/** The language host, and the program that it runs. Left alone, the host stays for minutes, and the program asks the engine for ever. */
const OF_PROGRAM = /pulumi-language-|@pulumi\/pulumi\/cmd\/run/;
const ADDRESS = /^127\.0\.0\.1:\d+$/;

/** The engine holds the other end of the standard input as long as it lives. */
export function endWithEngine(): void {
  const address = process.argv.slice(2).find((argument) => ADDRESS.test(argument));
  const end = async () => {
    if (address) endProgram(address);
    await allNoted();
    process.exit(0);
  };
  process.stdin.on("end", () => void end()).resume();
}

/** Whatever the engine starts has its address among the arguments. Other plugins end by themselves, as this one does. */
function endProgram(address: string): void {
  for (const { pid, command } of commandLines()) {
    if (command.includes(address) && OF_PROGRAM.test(command.join(" "))) signal(pid, "SIGKILL");
  }
}
