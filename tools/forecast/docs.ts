/** `npm run docs:forecast`: runs each forecast command in docs/deployments.md, and writes its output and pictures there. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run";

export const page = join(__dirname, "..", "..", "docs", "deployments.md");

/** A command in the page, and the output that may follow it. */
const example =
  /```sh\nnpm run -s forecast -- (?<args>.*)\n```\n(?<output>\n```text\n(?:[\s\S]*?\n)??```\n)?/g;

/** The page with current output, and the pictures that its commands draw. */
export async function rendered(
  markdown: string,
): Promise<{ readonly markdown: string; readonly pictures: ReadonlyMap<string, string> }> {
  const pictures = new Map<string, string>();
  let result = "";
  let end = 0;
  for (const match of markdown.matchAll(example)) {
    const { args = "", output } = match.groups ?? {};
    const text = await run(args.split(" "), { width: 100, colour: false }, async (file, svg) => {
      pictures.set(file, svg);
    });
    const command = `\`\`\`sh\nnpm run -s forecast -- ${args}\n\`\`\`\n`;
    result += markdown.slice(end, match.index) + command;
    result += output === undefined ? "" : `\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
    end = match.index + match[0].length;
  }
  return { markdown: result + markdown.slice(end), pictures };
}

async function main(): Promise<void> {
  const { markdown, pictures } = await rendered(await readFile(page, "utf8"));
  await writeFile(page, markdown);
  for (const [file, svg] of pictures) {
    await writeFile(file, svg);
  }
}

if (require.main === module) {
  void main();
}
