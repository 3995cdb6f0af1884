/** Finds the Pulumi engine on PATH, downloads its release, or builds it from its Go modules. */
import { readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { mustRun } from "../base/processes";
import { cached, cacheRoot, exists } from "./cache";
import { download } from "./download";
import { buildEnvironment } from "./environment";
import { type Edit, goProgram } from "./go";
import { findOnPath, isRecent, versionOf } from "./path";

/** The newest version whose modules can be built; the release is the same. */
const VERSION = "3.250.0";
/** The first version in which PULUMI_OPTION_*, `options.refresh` and parameterised plugins all work. */
const OLDEST = "3.180.0";
/** The archives of https://github.com/pulumi/pulumi/releases with their hashes: https://github.com/pulumi/homebrew-tap/blob/f745989/Formula/pulumi.rb */
const SITE = "https://github.com/pulumi/pulumi/releases/download";
const RELEASES: Readonly<Record<string, string>> = {
  "darwin-arm64": "dbd289ce3069cf567683252082e226aef533775f546df7286f64f3f36f5fda28",
  "darwin-x64": "8aa1615ed737022949d4050bf183ab37bce1f9cecb88877bc6636db82604e348",
  "linux-arm64": "deb4bf0d05b4cbaf3adcf82ffa44039ad0ebf039e33338ead8136877a437b4e5",
  "linux-x64": "8916fd36ccc96adbd45ca679194b685e3b767d94502ae05610878a6d9870b8f3",
};
const UNREACHABLE = "Pulumi's releases cannot be reached";
const HOST = "pulumi-language-nodejs";

const EDITS = "lazy";
/** `pulumi config set` and `esc env set` use these to recognise a secret. Reading their dictionaries is half of each command's start. */
const PASSWORD_ESTIMATORS = ["github.com/nbutton23/zxcvbn-go", "github.com/ccojocar/zxcvbn-go"];

/** The edits that load the dictionaries at the first search, and not at the start. */
function loadedWhenUsed(module: string): Edit[] {
  return [
    { module, file: "frequency/frequency.go", replace: { "func init()": "func Load()" } },
    {
      module,
      file: "matching/matching.go",
      replace: {
        "func init() {\n\tloadFrequencyList()\n}\n": "",
        "func loadFrequencyList() {": "func loadFrequencyList() {\n\tfrequency.Load()",
      },
    },
  ];
}

export interface Engine {
  /** The executable. */
  readonly pulumi: string;
  /** Folders to put on PATH: the engine's, and its Node language host's if that is a different one. */
  readonly path: readonly string[];
  readonly version: string;
  readonly source: "PATH" | "release" | "Go modules";
}

export async function findEngine(): Promise<Engine> {
  return (await fromPath()) ?? (await fromRelease()) ?? (await fromModules());
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

async function fromRelease(): Promise<Engine | undefined> {
  const system = `${process.platform}-${process.arch}`;
  const sha256 = RELEASES[system];
  const name = `pulumi-release-${VERSION}`;
  if (!sha256 || (await isBuilt())) return undefined;
  const archive = `pulumi-v${VERSION}-${system}.tar.gz`;
  const folder = await cached(name, `Downloading Pulumi ${VERSION}`, async (root) => {
    const file = join(root, archive);
    if (!(await download(`${SITE}/v${VERSION}/${archive}`, sha256, file)))
      throw new Error(UNREACHABLE);
    await mustRun("tar", ["-xzf", file, "-C", root], { env: buildEnvironment() });
    await rm(file);
  }).catch((error: Error) => {
    process.stderr.write(`${error.message}. The engine is built from its Go modules instead.\n`);
    return undefined;
  });
  if (!folder) return undefined;
  // The archive has one folder.
  const bin = join(folder, "pulumi");
  return { pulumi: join(bin, "pulumi"), path: [bin], version: VERSION, source: "release" };
}

/** An engine that was built earlier is used without a request to the network. */
async function isBuilt(): Promise<boolean> {
  const built = await readdir(cacheRoot()).catch(() => []);
  return built.some((entry) => new RegExp(`^pulumi-[0-9a-f]{12}-${EDITS}$`).test(entry));
}

async function fromModules(): Promise<Engine> {
  const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${VERSION}`;
  const engine = await goProgram({
    name: "pulumi",
    module: "pulumi",
    usually: "about 2 min",
    linkerFlags: `-X ${version}`,
    edits: { name: EDITS, files: PASSWORD_ESTIMATORS.flatMap(loadedWhenUsed) },
  });
  const host = await goProgram({
    name: HOST,
    module: "language-nodejs",
    usually: "about 30 s",
    // This version connects the program and the engine, and does not know the engine's newer calls, for example resource hooks.
    edits: {
      name: "direct",
      files: [
        {
          module: "github.com/pulumi/pulumi/sdk/v3",
          file: "nodejs/cmd/pulumi-language-nodejs/main.go",
          replace: {
            'maybeAppendArg("monitor", address)':
              'maybeAppendArg("monitor", req.GetMonitorAddress())',
          },
        },
      ],
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
