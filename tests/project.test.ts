import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { NEWER_THAN_BASH_3 } from "./bsd";

const read = (path: string) => readFileSync(join(__dirname, "..", path), "utf8");

describe("Pulumi.yaml", () => {
  for (const path of ["Pulumi.yaml", "examples/own-program/Pulumi.yaml"]) {
    it(`refreshes before every preview and update: ${path}`, () => {
      const { options } = parse(read(path)) as { options?: { refresh?: string } };
      // Otherwise an update would roll back what CI deployed.
      assert.equal(options?.refresh, "always");
    });
  }
});

describe("a script that people run", () => {
  for (const path of ["sandbox/bin/pulumi", ".ci/run"]) {
    it(`has nothing that macOS's bash 3.2 lacks: ${path}`, () => {
      assert.doesNotMatch(read(path), NEWER_THAN_BASH_3);
    });
  }
});
