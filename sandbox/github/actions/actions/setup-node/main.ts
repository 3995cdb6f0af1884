import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment, runAction } from "../../action";

runAction(async (inputs) => {
  const file = inputs.get("node-version-file");
  if (file !== "" && !existsSync(join(environment("GITHUB_WORKSPACE"), file))) {
    throw new Error(`The specified node version file at: ${file} does not exist`);
  }
  const wanted = inputs.get("node-version");
  if (wanted !== "" && !`${process.version}.`.startsWith(`v${wanted}.`)) {
    console.log(`::warning::the sandbox has ${process.version}, and installs no Node.js ${wanted}`);
  }
  console.log(`node ${process.version}`);
});
