import { cp, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { matchesFilters } from "../../../patterns";
import { environment, runAction } from "../../action";

runAction(async (inputs) => {
  const artifacts = environment("SLIPWAY_ARTIFACTS");
  const folder = join(environment("GITHUB_WORKSPACE"), inputs.required("path"));
  await mkdir(folder, { recursive: true });
  const all = await readdir(artifacts).catch(() => []);
  const found = all.filter((name) => matchesFilters([inputs.required("pattern")], name));
  for (const name of found) {
    const target = inputs.flag("merge-multiple") ? folder : join(folder, name);
    await cp(join(artifacts, name), target, { recursive: true });
  }
  console.log(`Total of ${found.length} artifact(s) downloaded`);
});
