import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { renderWorkflow, type Trigger } from "../../../components/index";
import { base } from "./workflow/workflows";

const page = join(__dirname, "../../../docs/github.md");
/** A trigger in a comment, and the part of the workflow file that may follow it. */
const part =
  /<!-- trigger: (?<trigger>\{.*?\})(?: paths: (?<path>\S+))? -->\n(?:\n```yaml\n[\s\S]*?\n```\n)?/g;

function partOf(trigger: Trigger, path: string | undefined): string {
  const build = path === undefined ? {} : { paths: [path] };
  const content = renderWorkflow({ ...base("dev", "environment"), trigger, build });
  const [, on = ""] = /^(on:\n[\s\S]*?)^permissions:/m.exec(content) ?? [];
  const condition = /^ {4}if: .*$/m.exec(content)?.[0];
  return condition === undefined ? on : `${on}# …\njobs:\n  deploy:\n${condition}\n`;
}

describe("docs/github.md", () => {
  const written = readFileSync(page, "utf8");

  it("shows what each trigger writes: else UPDATE_SNAPSHOTS=1", () => {
    const expected = written.replace(part, (comment, trigger, path) => {
      const [mark = ""] = comment.split("\n");
      return `${mark}\n\n\`\`\`yaml\n${partOf(parse(trigger), path)}\`\`\`\n`;
    });
    if (process.env.UPDATE_SNAPSHOTS === "1" && !process.env.CI) writeFileSync(page, expected);
    assert.equal(readFileSync(page, "utf8"), expected);
  });

  it("has every type of trigger", () => {
    const types = [...written.matchAll(part)].map(
      ({ groups }) => parse(groups?.trigger ?? "").type,
    );
    assert.deepEqual([...new Set(types)].sort(), [
      ...["pull_request", "push", "schedule", "tag"],
      ...["workflow_call", "workflow_dispatch", "workflow_run"],
    ]);
  });
});
