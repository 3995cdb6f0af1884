import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { DatabaseSettings } from "./settings";

/**
 * The first minor version of each major version that can pause; later major versions always can. For MySQL, it is Aurora's own version.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
const firstThatPauses: Readonly<Record<number, number>> = { 13: 15, 14: 12, 15: 7, 16: 3 };
const firstOfMySql: readonly [number, number] = [3, 8];

/** Only a whole version says whether the database can pause. For a major version, AWS installs a newer whole version. */
export function checkPause(
  { engine, engineVersion = "", serverless }: Unchecked<DatabaseSettings>,
  path: string,
): Problem[] {
  const own = engine === "aurora-mysql" ? engineVersion.split(".mysql_aurora.")[1] : engineVersion;
  const [major, minor] = (own ?? "").split(".").map(Number);
  if (serverless?.minCapacity !== 0 || major === undefined || minor === undefined) {
    return [];
  }
  const [firstMajor, firstMinor] =
    engine === "aurora-mysql" ? firstOfMySql : [major, firstThatPauses[major] ?? 0];
  if (major > firstMajor || (major === firstMajor && minor >= firstMinor)) {
    return [];
  }
  return [
    {
      path: `${path}.serverless.minCapacity`,
      value: 0,
      allowed: `at least 0.5: ${engineVersion} cannot pause, ${firstMajor}.${firstMinor} is the first that can`,
      fix: "set it to 0.5, or choose a newer engineVersion",
      reads: [`${path}.engine`, `${path}.engineVersion`],
    },
  ];
}
