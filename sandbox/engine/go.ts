/** Builds programs from Go modules, at the versions in the go.mod files of this folder. */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailed, mustRun, run } from "../base/processes";
import { cached, exists, hashOf } from "./cache";
import { buildEnvironment } from "./environment";

export interface GoProgram {
  /** The name of its folder here, and of the executable. */
  readonly name: "pulumi" | "pulumi-language-nodejs" | "act";
  readonly module: "pulumi" | "language-nodejs" | "act";
  /** How long a first build takes on two cores; shown while the user waits. */
  readonly usually: string;
  readonly linkerFlags?: string;
  /** Changes of the source for the build. */
  readonly edits?: {
    /** Becomes part of the name of the built program. */
    readonly name: string;
    readonly files: readonly Edit[];
  };
}

/** Replaces strings in one file of a module. */
export interface Edit {
  readonly module: string;
  readonly file: string;
  readonly replace: Readonly<Record<string, string>>;
}

/** The compiler starts for each package and ends soon: less garbage collection saves a fifth of its CPU time. */
const LESS_COLLECTION = { GOGC: "400", GOMEMLIMIT: "2GiB" };

/** The folder that contains the program; builds it if this machine has none. */
export async function goProgram(program: GoProgram): Promise<string> {
  const source = join(__dirname, program.module);
  const hash = await hashOf(join(source, "go.mod"), join(source, "go.sum"));
  const name = `${program.name}-${hash}${program.edits ? `-${program.edits.name}` : ""}`;
  const label = `Building ${program.name} (${program.usually}, once)`;
  return cached(name, label, async (folder, update) => {
    await requireGo(program.name);
    const output = join(folder, program.name);
    const tool = await toolOf(source);
    const env = { ...buildEnvironment(), ...LESS_COLLECTION, CGO_ENABLED: "0", GOWORK: "off" };
    const copies = join(folder, "modules");
    const flags = [
      ...(program.edits ? [await edited(program.edits.files, copies, { source, env })] : []),
      "-trimpath",
      "-buildvcs=false",
      // Every module must have its hash in go.sum.
      "-mod=readonly",
      "-v",
      // Nobody debugs it, so the compiler writes no debug information, which the linker would remove.
      "-gcflags=all=-dwarf=false",
      `-ldflags=-s -w ${program.linkerFlags ?? ""}`,
    ];
    const result = await run("go", ["build", ...flags, "-o", output, tool], {
      ...{ cwd: source, env },
      onLine: counter(update),
    });
    if (result.code !== 0) {
      const hint =
        "It needs the Go module proxy (or GOPROXY set to one that this machine reaches), and 4 GB of disk.";
      throw new CommandFailed(`go build of ${program.name}`, {
        ...result,
        stderr: `${result.stderr}\n${hint}`,
      });
    }
    await rm(copies, { recursive: true, force: true });
  });
}

/** The flag for a go.mod that uses edited copies of modules: `go build -overlay` refuses files of the module cache. */
async function edited(
  edits: readonly Edit[],
  folder: string,
  { source, env }: { readonly source: string; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  const modules = [...new Set(edits.map(({ module }) => module))];
  await mustRun("go", ["mod", "download", ...modules], { cwd: source, env });
  const list = ["list", "-m", "-f", "{{.Dir}}", ...modules];
  const { stdout } = await mustRun("go", list, { cwd: source, env });
  const originals = stdout.trim().split("\n");
  const replacements = modules.map((module, index) => `${module} => ${join(folder, `${index}`)}`);
  await mkdir(folder);
  for (const [index, original] of originals.entries()) {
    const copy = join(folder, `${index}`);
    await mustRun("cp", ["-R", original, copy]);
    await mustRun("chmod", ["-R", "u+w", copy]);
    // A module older than go.mod files has none, and a copy needs one.
    const file = join(copy, "go.mod");
    if (!(await exists(file))) await writeFile(file, `module ${modules[index]}\n`);
  }
  for (const { module, file, replace } of edits) {
    const path = join(folder, `${modules.indexOf(module)}`, file);
    let text = await readFile(path, "utf8");
    for (const [from, to] of Object.entries(replace)) {
      if (!text.includes(from)) throw new Error(`${module}/${file} has no ${from}`);
      text = text.replace(from, to);
    }
    await writeFile(path, text);
  }
  const own = await readFile(join(source, "go.mod"), "utf8");
  await writeFile(join(folder, "go.mod"), `${own}\nreplace (\n${replacements.join("\n")}\n)\n`);
  await copyFile(join(source, "go.sum"), join(folder, "go.sum"));
  return `-modfile=${join(folder, "go.mod")}`;
}

/** `go build -v` writes a line for each module that it fetches and for each package that it compiles. */
function counter(update: (text: string) => void): (line: string) => void {
  let packages = 0;
  return (line) => {
    if (line.startsWith("go: downloading")) {
      update(`fetching ${line.split(" ")[2] ?? ""}`);
    } else if (!line.startsWith("go: ")) {
      packages += 1;
      update(`${packages} packages compiled, now ${line}`);
    }
  };
}

/** The package that go.mod names as its tool. */
async function toolOf(source: string): Promise<string> {
  const text = await readFile(join(source, "go.mod"), "utf8");
  const tool = /^tool (\S+)$/m.exec(text)?.[1];
  if (!tool) throw new Error(`${source}/go.mod names no tool`);
  return tool;
}

async function requireGo(name: string): Promise<void> {
  const result = await run("go", ["version"]).catch(() => undefined);
  if (result?.code === 0) return;
  throw new Error(
    `${name} has to be built here, and that needs Go 1.25 or newer (go.dev/doc/install), which is not on PATH.\n` +
      "Install it and run the command again; for the Pulumi engine, an installed `pulumi` is enough.",
  );
}
