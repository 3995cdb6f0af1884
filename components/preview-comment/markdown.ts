/** Puts text from elsewhere into Markdown, so that it stays text: it ends no block, has no effect as HTML, and notifies nobody. */

/** An inline code span. https://spec.commonmark.org/0.31.2/#code-spans */
export function code(text: string): string {
  const line = oneLine(text);
  const fence = "`".repeat(longestRun(line) + 1);
  const pad = /^`|`$|^ .* $/.test(line) ? " " : "";
  return fence + pad + line + pad + fence;
}

/** A code block. In a fence that is longer than any run of backticks, nothing is Markdown, HTML or a mention. */
export function codeBlock(language: string, text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Code inside an HTML block, where Markdown has no effect. */
export function htmlCode(text: string): string {
  return `<code>${oneLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</code>`;
}

/** A part that a reader can unfold. The blank lines end the HTML, so that the body is Markdown. */
export function details(summary: string, body: string, open = false): string {
  return `<details${open ? " open" : ""}>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** A blank line would end an HTML block or a paragraph. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim() || "(empty)";
}
