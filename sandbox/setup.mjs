// Prepares a fresh clone: installs the npm packages and reports missing programs. It has no dependencies, and takes a few milliseconds
// if there is nothing to do. With --tools, a missing program is an error and not a warning.
import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function warn(text) {
  process.stderr.write(`${text}\n`);
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Is the version in a range such as `^20.19.0 || >=24.0.0`? */
function isSupported(version, range) {
  const [major, minor] = version.split(".").map(Number);
  return range.split(" || ").some((part) => {
    const [, sign, from, least] = /^(\^|>=)(\d+)\.(\d+)/.exec(part) ?? [];
    if (major !== Number(from)) return sign === ">=" && major > Number(from);
    return minor >= Number(least);
  });
}

/** npm lists in node_modules what it installed; a package for another platform may be missing. */
function installed() {
  const wanted = readPackages("package-lock.json") ?? {};
  const present = readPackages("node_modules/.package-lock.json");
  if (!present) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === "" ||
      present[path]?.version === entry.version ||
      (entry.optional && !(path in present)),
  );
}

/** What npm needs of the user's environment; no credentials of AWS, GitHub or Pulumi. */
const NEEDED =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TERM|CI|NO_COLOR|TMPDIR|XDG_.*|(HTTPS?|ALL|NO)_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|NPM_.*)$/i;

function install() {
  warn("Installing the npm packages (npm ci, about half a minute)...");
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm?.endsWith(".js") ? [process.execPath, npm] : ["npm"];
  // A program may read standard output, so everything goes to standard error.
  const stdio = ["ignore", 2, 2];
  const result = spawnSync(command, [...args, "ci", "--ignore-scripts", "--loglevel=error"], {
    cwd: root,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => NEEDED.test(name))),
    stdio,
  });
  if (result.status === 0) return;
  warn("npm ci failed; its message is above. Correct the cause, then run it again: npm ci");
  process.exit(1);
}

function onPath(name) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}

/** Programs that an earlier run installed need no tools any more. */
function inCache(prefix) {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "slipway");
  try {
    return readdirSync(cache).some((name) => name.startsWith(prefix) && !name.includes(".lock"));
  } catch {
    return false;
  }
}

function hasPython() {
  const check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
  return ["python3", "python3.13", "python3.12", "python3.11"].some(
    (python) => onPath(python) && spawnSync(python, ["-c", check]).status === 0,
  );
}

function missing() {
  const found = [];
  if (!onPath("git")) found.push("git (the sandbox's GitHub is a git repository): install it");
  if (!onPath("bash")) found.push("bash (workflow steps run in it): install it");
  if (!inCache("python-") && !hasPython()) {
    found.push("python3, 3.11 or newer, with venv (Debian and Ubuntu: apt install python3-venv)");
  }
  if (!inCache("act-") && !onPath("act") && !onPath("go")) {
    found.push(
      "go, 1.25 or newer, to build act (or install act), and Pulumi if it cannot be downloaded: go.dev/doc/install",
    );
  }
  return found;
}

const { node } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).engines;
if (!isSupported(process.versions.node, node)) {
  warn(`Slipway needs Node.js ${node}, and this is ${process.versions.node}: nodejs.org`);
  process.exit(1);
}
if (!installed()) install();
const tools = missing();
if (tools.length > 0) {
  warn(`The sandbox cannot run here yet. Missing:\n${tools.map((tool) => `  ${tool}`).join("\n")}`);
  if (process.argv.includes("--tools")) process.exit(1);
}
