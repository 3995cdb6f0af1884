/** Installs the sandbox's plugins into the engine's plugin folder: on PATH, the engine would warn of each. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundles } from "../base/bundles";

const RUN_BUNDLE = join(__dirname, "..", "base", "run-bundle.cjs");
const PLUGINS = ["aws", "awsx", "github"] as const;

export async function installPlugins(home: string): Promise<void> {
  await Promise.all(PLUGINS.map((plugin) => installPlugin(home, plugin)));
}

/** Installs a plugin under the version that the program's SDK requires. */
async function installPlugin(home: string, plugin: (typeof PLUGINS)[number]): Promise<void> {
  const sdk = require.resolve(`@pulumi/${plugin}/package.json`);
  const { version } = JSON.parse(await readFile(sdk, "utf8")) as { version: string };
  const folder = join(home, "plugins", `resource-${plugin}-v${version}`);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `pulumi-resource-${plugin}`);
  const bundle = join(await bundles(), "plugins", plugin, "main.js");
  const lines = [
    "#!/usr/bin/env node",
    `require(${JSON.stringify(RUN_BUNDLE)})(${JSON.stringify(bundle)});`,
  ];
  await writeFile(`${file}.new`, `${lines.join("\n")}\n`, { mode: 0o755 });
  await rename(`${file}.new`, file);
}
