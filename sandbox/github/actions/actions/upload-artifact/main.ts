import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { environment, runAction } from "../../action";

/** For one file, the artifact contains the file; for a folder, the files in it: https://github.com/actions/upload-artifact/blob/v7.0.0/README.md */
runAction(async (inputs) => {
  const path = inputs.required("path");
  const source = join(environment("GITHUB_WORKSPACE"), path);
  const artifact = join(environment("SLIPWAY_ARTIFACTS"), inputs.get("name"));
  if (!(await hasFiles(source))) {
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
  const folder = (await stat(source)).isDirectory();
  const hidden = inputs.flag("include-hidden-files");
  await cp(source, folder ? artifact : join(artifact, basename(source)), {
    recursive: true,
    filter: (file) => file === source || hidden || !basename(file).startsWith("."),
  });
  console.log(`Artifact ${inputs.get("name")} has been successfully uploaded!`);
});

async function hasFiles(source: string): Promise<boolean> {
  const found = await stat(source).catch(() => undefined);
  if (!found?.isDirectory()) return found !== undefined;
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  return entries.some((entry) => entry.isFile());
}
