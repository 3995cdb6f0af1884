/** Puts the stand-in plugins where the engine keeps the plugins that it has downloaded: on PATH it would warn of each. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PLUGINS = ["aws", "awsx", "github"] as const;

export async function installPlugins(home: string): Promise<void> {
  await Promise.all(PLUGINS.map((plugin) => installPlugin(home, plugin)));
}

/** Under the version that the program's SDK asks for. */
async function installPlugin(home: string, plugin: (typeof PLUGINS)[number]): Promise<void> {
  const sdk = require.resolve(`@pulumi/${plugin}/package.json`);
  const { version } = JSON.parse(await readFile(sdk, "utf8")) as { version: string };
  const name = `pulumi-resource-${plugin}`;
  const folder = join(home, "plugins", `resource-${plugin}-v${version}`);
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  const program = join(__dirname, "bin", name);
  await writeFile(file, `#!/usr/bin/env bash\nexec '${program.replaceAll("'", "'\\''")}' "$@"\n`);
  await chmod(file, 0o755);
}
