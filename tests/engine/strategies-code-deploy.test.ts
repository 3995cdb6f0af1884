import assert from "node:assert/strict";
import { codeDeployCircuit, ecsCircuit } from "./circuits";
import { alongStrategies } from "./strategies";

// strategies-ecs.test.ts tests blue-green and canary themselves.
alongStrategies("strategies", codeDeployCircuit, ["rolling", "blue-green", "canary"]);

describe("the switches between strategies", () => {
  it("cover each of the twenty pairs once", () => {
    const pairs = [ecsCircuit, codeDeployCircuit].flatMap((circuit) =>
      circuit.slice(1).map((to, i) => [circuit[i], to] as const),
    );
    assert.ok(
      pairs.every(([from, to]) => from !== to),
      `a deployment went to its own group: ${JSON.stringify(pairs)}`,
    );
    assert.deepEqual([pairs.length, new Set(pairs.map(String)).size], [20, 20]);
  });
});
