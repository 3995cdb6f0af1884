/** `npm run workflows:matrix -- DIR` writes a workflow file for every trigger, strategy and place of settings, to look at or to lint. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { matrix } from "./matrix";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("Usage: npm run workflows:matrix -- DIR\n");
  process.exitCode = 2;
} else {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), folder);
  mkdirSync(path, { recursive: true });
  for (const [name, content] of matrix()) {
    writeFileSync(join(path, name), content);
  }
  process.stdout.write(`${matrix().size} files in ${path}\n`);
}
