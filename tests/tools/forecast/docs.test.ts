import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { page, rendered } from "../../../tools/forecast/docs";

const folder = join(__dirname, "..", "..", "..", "docs", "deployments");

describe("docs/deployments.md", () => {
  const committed = readFileSync(page, "utf8");

  it("has the output of its commands: else npm run docs:forecast", async () => {
    assert.equal((await rendered(committed)).markdown, committed);
  });

  it("has the pictures that its commands draw, each in the page, and no others", async () => {
    const { pictures } = await rendered(committed);
    const names = [...pictures.keys()].map((file) => file.replace("docs/deployments/", ""));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".svg")),
      names.sort(),
    );
    for (const [file, svg] of pictures) {
      const name = file.replace("docs/deployments/", "");
      assert.equal(readFileSync(join(folder, name), "utf8"), svg, `${file} differs`);
      assert.ok(committed.includes(`](deployments/${name})`), `${name} is not shown`);
    }
  });

  it("shows every strategy and the four pairs", () => {
    for (const word of ["rolling", "blue-green", "canary", "linear", "code-deploy"]) {
      assert.match(committed, new RegExp(`^${word} `, "m"));
    }
    for (const pair of ["50/100", "50/150", "100/150", "100/200"]) {
      assert.ok(committed.includes(`**${pair}**`), `the page does not say **${pair}**`);
    }
  });
});
