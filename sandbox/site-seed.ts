/** The files of a small site, for a repository of the sandbox that has none yet. */
import { basename, join } from "node:path";

/** The page whose greeting a release changes. */
export const page = join("src", "index.html");

/** The files, by their paths in the repository. The site's folder is the one with its output directory. */
export function siteFiles(folder: string, outputDirectory: string): Record<string, string> {
  const files = {
    [page]:
      '<!doctype html>\n<html lang="en">\n<title>Site</title>\n<h1>Hello from CloudFront</h1>\n</html>\n',
    "build.mjs": `import { cpSync } from "node:fs";\n\ncpSync("src", "${basename(outputDirectory)}", { recursive: true });\n`,
    "package.json": json({ name: "site", private: true, scripts: { build: "node build.mjs" } }),
    "package-lock.json": json({
      ...{ name: "site", lockfileVersion: 3, requires: true },
      packages: { "": { name: "site" } },
    }),
  };
  return Object.fromEntries(
    Object.entries(files).map(([file, content]) => [join(folder, file), content]),
  );
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
