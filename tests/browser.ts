import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Browser } from "playwright-core";

const commands = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"];
const onMacos = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/**
 * Opens a headless Chrome: the one in CHROME_PATH, the one that npm installed (only for Linux on x64), or one on PATH. Fails if
 * there is none.
 */
export async function openBrowser(): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  if (!process.env.CHROME_PATH && process.platform === "linux" && process.arch === "x64") {
    const { default: installed } = await import("@sparticuz/chromium");
    const executablePath = await installed.executablePath();
    return chromium.launch({ executablePath, args: installed.args });
  }
  return chromium.launch({ executablePath: await findChrome() });
}

async function findChrome(): Promise<string> {
  const { CHROME_PATH, PATH = "" } = process.env;
  if (CHROME_PATH) return CHROME_PATH;
  const paths = PATH.split(delimiter).flatMap((folder) =>
    commands.map((name) => join(folder, name)),
  );
  for (const path of [...paths, onMacos]) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new Error("no Chrome on PATH: set CHROME_PATH");
}
