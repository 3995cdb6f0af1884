/** Finds the Pulumi engine on PATH, installs it with the official installer, or builds it from its Go modules. */
import { readdir, readlink, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mustRun } from "../base/processes";
import { cached, cacheRoot, exists } from "./cache";
import { goProgram } from "./go";
import { findOnPath, isRecent, versionOf } from "./path";

/** The newest version whose modules can be built; the installer downloads the same. */
const VERSION = "3.250.0";
/** The first version in which PULUMI_OPTION_*, `options.refresh` and parameterised plugins all work. */
const OLDEST = "3.180.0";
const INSTALLER = "https://get.pulumi.com";
/** The time that is lost without a route to the internet. */
const INSTALLER_TIMEOUT_MS = 5_000;
const HOST = "pulumi-language-nodejs";

export interface Engine {
  /** The executable. */
  readonly pulumi: string;
  /** Folders to put on PATH: the engine's, and its Node language host's if that is a different one. */
  readonly path: readonly string[];
  readonly version: string;
  readonly source: "PATH" | "installer" | "Go modules";
}

export async function findEngine(): Promise<Engine> {
  return (await fromPath()) ?? (await fromInstaller()) ?? (await fromModules());
}

async function fromPath(): Promise<Engine | undefined> {
  const pulumi = await findOnPath("pulumi");
  if (!pulumi) return undefined;
  const version = await versionOf(pulumi.file, "version");
  const host = (await exists(join(pulumi.folder, HOST))) ? pulumi : await findOnPath(HOST);
  if (!isRecent(version, OLDEST) || !host) return undefined;
  return {
    pulumi: pulumi.file,
    path: [...new Set([pulumi.folder, host.folder])],
    version,
    source: "PATH",
  };
}

async function fromInstaller(): Promise<Engine | undefined> {
  const name = `pulumi-installed-${VERSION}`;
  const script = await download(name);
  if (script === "unreachable") return undefined;
  const folder = await cached(name, `Installing Pulumi ${VERSION}`, async (root, update) => {
    const file = join(root, "install.sh");
    await writeFile(file, script);
    const args = [file, "--version", VERSION, "--install-root", root, "--no-edit-path"];
    await mustRun("sh", args, { onLine: update });
  }).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return undefined;
  });
  if (!folder) return undefined;
  const bin = join(folder, "bin");
  return { pulumi: join(bin, "pulumi"), path: [bin], version: VERSION, source: "installer" };
}

/** The installer's script; empty if Pulumi is already installed. */
async function download(name: string): Promise<string> {
  if (await exists(join(cacheRoot(), name, ".complete"))) return "";
  // An engine that was built earlier is used without another request to the network.
  const built = await readdir(cacheRoot()).catch(() => []);
  if (built.some((entry) => /^pulumi-[0-9a-f]{12}$/.test(entry))) return "unreachable";
  try {
    const answer = await fetch(INSTALLER, { signal: AbortSignal.timeout(INSTALLER_TIMEOUT_MS) });
    return answer.ok ? await answer.text() : "unreachable";
  } catch {
    return "unreachable";
  }
}

async function fromModules(): Promise<Engine> {
  const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${VERSION}`;
  const engine = await goProgram({
    name: "pulumi",
    module: "pulumi",
    usually: "about 3 min",
    linkerFlags: `-X ${version}`,
  });
  const host = await goProgram({
    name: HOST,
    module: "language-nodejs",
    usually: "about 30 s",
    // This version connects the program and the engine, and does not know the engine's newer calls, for example resource hooks.
    edit: {
      name: "direct",
      file: "main.go",
      from: 'maybeAppendArg("monitor", address)',
      to: 'maybeAppendArg("monitor", req.GetMonitorAddress())',
    },
  });
  // In the engine's folder it counts as bundled; in another folder each command would print a warning.
  await link(join(host, HOST), join(engine, HOST));
  return {
    pulumi: join(engine, "pulumi"),
    path: [engine],
    version: VERSION,
    source: "Go modules",
  };
}

/** Also replaces a link that an earlier version created. */
async function link(target: string, path: string): Promise<void> {
  if ((await readlink(path).catch(() => "")) === target) return;
  const temporary = `${path}.${process.pid}`;
  await symlink(target, temporary);
  await rename(temporary, path);
}
