import { existsSync } from "node:fs";
import { cp, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { matchesFilters } from "../../../patterns";
import { environment, runAction } from "../../action";

runAction(async (inputs) => {
  const artifacts = environment("SLIPWAY_ARTIFACTS");
  const folder = join(environment("GITHUB_WORKSPACE"), inputs.required("path"));
  const name = inputs.get("name");
  await mkdir(folder, { recursive: true });
  if (name !== "") {
    if (!existsSync(join(artifacts, name))) {
      throw new Error(`Unable to download artifact(s): Artifact not found for name: ${name}`);
    }
    await cp(join(artifacts, name), folder, { recursive: true });
    console.log(`Downloaded the artifact ${name}`);
    return;
  }
  const all = await readdir(artifacts).catch(() => []);
  const found = all.filter((one) => matchesFilters([inputs.required("pattern")], one));
  for (const one of found) {
    const target = inputs.flag("merge-multiple") ? folder : join(folder, one);
    await cp(join(artifacts, one), target, { recursive: true });
  }
  console.log(`Total of ${found.length} artifact(s) downloaded`);
});
