import assert from "node:assert/strict";
import { type Progress, terminalProgress } from "../../../components/automation";

const resource = (
  status: "planned" | "started" | "done" | "failed",
  operation: "create" | "same",
  name: string,
  seconds?: number,
): Progress => ({
  ...{ type: "resource", status, operation, urn: name, label: `aws:ecs:${name}` },
  ...(seconds !== undefined && { seconds }),
});

const steps: readonly Progress[] = [
  { type: "waiting", lock: { holder: "ada@build-7", pid: 1, since: new Date(0) } },
  resource("started", "create", "Cluster dev"),
  resource("started", "same", "Service web"),
  resource("done", "same", "Service web", 1),
  resource("done", "create", "Cluster dev", 2.4),
  resource("started", "create", "Service api"),
  { type: "message", severity: "info", text: "npm notice" },
  { type: "message", severity: "error", label: "aws:ecs:Service api", text: "AccessDenied" },
  resource("failed", "create", "Service api", 0.2),
  { type: "end", result: "failed", changes: { create: 1, same: 1 }, seconds: 61.7 },
];

const lines = [
  "dev: waiting: the stack is locked by ada@build-7 (process 1) since 1970-01-01T00:00:00.000Z",
  "dev: create aws:ecs:Cluster dev (2 s)",
  "dev: error: aws:ecs:Service api: AccessDenied",
  "dev: create aws:ecs:Service api failed",
  "dev: failed in 62 s: create 1",
];

function print(terminal: { isTTY?: boolean; columns?: number }): string {
  let text = "";
  const write = (chunk: string | Uint8Array) => {
    text += chunk;
    return true;
  };
  const report = terminalProgress({ ...terminal, write }, "dev");
  steps.forEach(report);
  return text;
}

describe("progress in a terminal", () => {
  it("is plain lines outside a terminal: changes, warnings and errors", () => {
    assert.deepEqual(print({}).split("\n"), [...lines, ""]);
  });

  it("has a last line with what is in progress, as long as the terminal is wide", () => {
    const text = print({ isTTY: true, columns: 40 });
    const shown = text.split("\u001b[2K\u001b[1G");
    assert.ok(shown.includes("dev: in progress: aws:ecs:Cluster dev"), text);
    assert.ok(shown.includes("dev: in progress: aws:ecs:Service api"), text);
    const cut = shown.filter((part) => part.startsWith("dev: in progress") && part.length > 39);
    assert.deepEqual(cut, []);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of the terminal
    const plain = text.replace(/(?:dev: in progress: .*?)?\u001b\[2K\u001b\[1G/g, "");
    assert.deepEqual(plain.split("\n"), [...lines, ""]);
  });
});
