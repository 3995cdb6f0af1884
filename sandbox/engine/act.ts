/** Finds act, which runs GitHub workflows, on PATH, or builds it from its Go module. */
import { join } from "node:path";
import { goProgram } from "./go";
import { findOnPath, isRecent, versionOf } from "./path";

/** The version with which the replacements for actions were tested; go.mod has the same. */
const OLDEST = "0.2.89";

export async function findAct(): Promise<string> {
  const present = await findOnPath("act");
  if (present && isRecent(await versionOf(present.file, "--version"), OLDEST)) return present.file;
  const folder = await goProgram({ name: "act", module: "act", usually: "about 30 s" });
  return join(folder, "act");
}
