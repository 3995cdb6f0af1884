import { existsSync } from "node:fs";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { environment, runAction } from "../../action";

runAction(async (inputs) => {
  const path = inputs.required("path");
  const source = join(environment("GITHUB_WORKSPACE"), path);
  const artifact = join(environment("SLIPWAY_ARTIFACTS"), inputs.get("name"));
  if (!existsSync(source)) {
    const message = `No files were found with the provided path: ${path}. No artifacts will be uploaded.`;
    if (inputs.get("if-no-files-found") === "error") throw new Error(message);
    if (inputs.get("if-no-files-found") === "warn") console.log(`::warning::${message}`);
    return;
  }
  if (existsSync(artifact) && !inputs.flag("overwrite")) {
    throw new Error("an artifact with this name already exists on the workflow run");
  }
  await rm(artifact, { recursive: true, force: true });
  await mkdir(artifact, { recursive: true });
  await copyFile(source, join(artifact, basename(source)));
  console.log(`Artifact ${inputs.get("name")} has been successfully uploaded!`);
});
