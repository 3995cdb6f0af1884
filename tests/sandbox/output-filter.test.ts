import assert from "node:assert/strict";
import { filterOutput } from "../../sandbox/output-filter";

function filter(text: string, filtering = filterOutput): string {
  const lines: string[] = [];
  const line = filtering((one) => lines.push(one));
  text.split("\n").forEach(line);
  return lines.join("\n");
}

const WARNING = "warning: using pulumi-resource-aws from $PATH at /x/bin/pulumi-resource-aws";

describe("filterOutput", () => {
  it("removes the plugins' warnings, and a heading without other content", () => {
    const text = [
      "Previewing update (dev):",
      "@ previewing update....",
      " +  aws:ecs:Cluster dev create",
      ` +  aws:ecs:Cluster dev create ${WARNING}`,
      ` ${WARNING}`,
      "    pulumi:pulumi:Stack slipway-dev  2 warnings",
      "Diagnostics:",
      "  pulumi:providers:aws (default):",
      `    ${WARNING}`,
      "",
      "Resources:",
      "    + 1 to create",
    ].join("\n");
    const expected = [
      "Previewing update (dev):",
      " +  aws:ecs:Cluster dev create",
      "Resources:",
      "    + 1 to create",
    ].join("\n");
    assert.equal(filter(text), expected);
  });

  it("removes unchanged resources", () => {
    const text = [
      " ~  aws:ecs:Cluster dev refreshing (0s)",
      " ~  aws:ecs:Cluster dev refresh",
      " ~  aws:ecs:TaskDefinition api refresh [diff: ~containerDefinitions]",
      "    aws:ecs:Cluster dev  ",
      "    pulumi:pulumi:Stack slipway-dev running",
      " +- aws:ecs:TaskDefinition api replace [diff: ~memory]",
      "Resources:",
      "    74 unchanged",
    ].join("\n");
    const expected = [
      " ~  aws:ecs:TaskDefinition api refresh [diff: ~containerDefinitions]",
      " +- aws:ecs:TaskDefinition api replace [diff: ~memory]",
      "Resources:",
      "    74 unchanged",
    ].join("\n");
    assert.equal(filter(text), expected);
  });

  it("keeps other diagnostics under their headings", () => {
    const text = [
      "Diagnostics:",
      "  pulumi:providers:aws (default):",
      `    ${WARNING}`,
      "",
      "  aws:ecs:Service (api):",
      "    error: the service is not stable",
      "",
      "Resources:",
    ].join("\n");
    const expected = [
      "Diagnostics:",
      "  aws:ecs:Service (api):",
      "    error: the service is not stable",
      "",
      "Resources:",
    ].join("\n");
    assert.equal(filter(text), expected);
  });
});
