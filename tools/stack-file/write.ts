import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type Problem, refuse } from "../../components/shared/errors";
import { renderStackFile, type StackFile } from "./render";

/** The repository in the stack files of a fresh clone. */
const exampleRepository = "octo-org/octo-app";

export interface WriteOptions {
  /** Replaces files that exist. @default false */
  readonly force?: boolean;
  /** The tool that writes, for the error. */
  readonly subject: string;
}

/**
 * Writes stack files, and says what each of them replaced. The examples of a fresh clone are replaced without `force`.
 *
 * @throws ConfigurationError if a file exists; then nothing is written
 */
export async function writeStackFiles(
  folder: string,
  files: ReadonlyMap<string, StackFile>,
  { force = false, subject }: WriteOptions,
): Promise<string[]> {
  const named = [...files].map(([stack, file]) => ({ name: `Pulumi.${stack}.yaml`, file }));
  const all = await Promise.all(
    named.map(async (one) => ({ ...one, existing: await readExisting(folder, one.name) })),
  );
  const kept = all.filter(({ existing }) => existing && !existing.isExample && !force);
  refuse(
    subject,
    kept.map(({ name, existing }) => existsAlready(name, existing?.summary ?? "")),
    "nothing was written",
  );
  for (const { name, file, existing } of all) {
    // Keeps Pulumi's own keys of the existing file: without them, Pulumi could not decrypt the stack's secrets.
    const other = { ...existing?.other, ...file.other };
    await writeFile(join(folder, name), renderStackFile({ ...file, other }));
  }
  return all.map(({ name, existing }) => {
    if (!existing) return `${name} is new.`;
    return existing.isExample
      ? `${name} replaces the example.`
      : `${name} replaces a file with ${existing.summary}.`;
  });
}

interface Existing {
  /** The keys other than `config`. */
  readonly other: Readonly<Record<string, unknown>>;
  readonly isExample: boolean;
  readonly summary: string;
}

async function readExisting(folder: string, name: string): Promise<Existing | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, name), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const { config = {}, ...other } = contentOf(text);
  const values = config as Record<string, unknown>;
  const { repository } = (values["slipway:github"] ?? {}) as { repository?: unknown };
  const isExample = repository === exampleRepository && !(await isEdited(folder, name));
  return { other, isExample, summary: summaryOf(values, repository) };
}

function contentOf(text: string): Record<string, unknown> {
  try {
    const content: unknown = parse(text);
    return typeof content === "object" && content !== null ? { ...content } : {};
  } catch {
    // Only --force replaces a file that is no YAML.
    return {};
  }
}

/** Whether the file has uncommitted changes. Outside a git repository this is not known, and counts as no. */
function isEdited(folder: string, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile("git", ["status", "--porcelain", "--", name], { cwd: folder }, (error, stdout) => {
      resolve(!error && stdout !== "");
    });
  });
}

function summaryOf(values: Readonly<Record<string, unknown>>, repository: unknown): string {
  const services = values["slipway:services"];
  const names = (Array.isArray(services) ? services : []).map((one) => String(one?.name));
  const secure = Object.keys(values).filter((key) => {
    const value = values[key];
    return typeof value === "object" && value !== null && "secure" in value;
  });
  return [
    `the repository ${repository ?? "(none)"}`,
    `the services ${names.join(", ") || "(none)"}`,
    ...(secure.length > 0 ? [`the encrypted ${secure.join(", ")}`] : []),
  ].join(", ");
}

function existsAlready(path: string, summary: string): Problem {
  return {
    path,
    value: `a file with ${summary}`,
    allowed: "no file: an existing one stays as it is",
    fix: "--force replaces it; --stack names another stack",
  };
}
