/** The settings of organizations on GitHub: `organizations.json` in the repositories' folder. */
import { join } from "node:path";
import { readJson, writeAtomically } from "../base/lock";
import type { RepositorySettings } from "./settings";

export interface Organization {
  /** The template of the OIDC subject, for repositories that use it. */
  readonly subjectKeys?: readonly string[];
}

const fileOf = (root: string) => join(root, "organizations.json");

export async function readOrganization(root: string, name: string): Promise<Organization> {
  return (await readJson<Record<string, Organization>>(fileOf(root), {}))[name] ?? {};
}

export async function writeOrganization(
  root: string,
  name: string,
  organization: Organization,
): Promise<void> {
  const all = await readJson<Record<string, Organization>>(fileOf(root), {});
  await writeAtomically(fileOf(root), JSON.stringify({ ...all, [name]: organization }));
}

/** The claims in the subject of a repository's tokens; undefined for GitHub's own template. */
export async function subjectKeysOf(
  root: string,
  fullName: string,
  { subjectTemplate }: RepositorySettings,
): Promise<readonly string[] | undefined> {
  if (!subjectTemplate) return undefined;
  const owner = fullName.split("/")[0] ?? "";
  return subjectTemplate.keys ?? (await readOrganization(root, owner)).subjectKeys;
}
