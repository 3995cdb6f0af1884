import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment, runAction } from "../../action";

runAction(async (inputs) => {
  const file = inputs.required("node-version-file");
  if (!existsSync(join(environment("GITHUB_WORKSPACE"), file))) {
    throw new Error(`The specified node version file at: ${file} does not exist`);
  }
  console.log(`node ${process.version}`);
});
