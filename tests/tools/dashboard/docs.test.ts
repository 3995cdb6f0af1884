import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { file, picture } from "../../../tools/dashboard/docs";

describe("the picture of the dashboard", () => {
  it("is the one that npm run docs:dashboard draws", async () => {
    assert.equal(await readFile(file, "utf8"), picture);
  });

  it("names the metrics that each graph shows, and not those that only an expression reads", () => {
    const texts = [...picture.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text);
    for (const text of ["api", "api-errors", "requests, target group 2", "ends a deployment"]) {
      assert.ok(texts.includes(text), `${text} is not in the picture`);
    }
    assert.ok(!texts.includes("e1"), "the picture has a hidden metric");
  });
});
