/** `npm run connect -- database --stack dev`, `npm run connect -- shell --stack dev --service api` */
import { runCommand } from "../command";
import { run, usage } from "./run";

void runCommand(() => run(process.argv.slice(2)), usage).then((code) => {
  process.exitCode = code;
});
