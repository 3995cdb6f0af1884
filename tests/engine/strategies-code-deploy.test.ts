import assert from "node:assert/strict";
import { codeDeployCircuit, ecsCircuit } from "./circuits";
import { alongStrategies } from "./strategies";

// What blue-green and canary do by themselves is tried in strategies-ecs.test.ts.
alongStrategies("strategies", codeDeployCircuit, ["rolling", "blue-green", "canary"]);

describe("the switches between strategies", () => {
  it("go over each of the twenty pairs once", () => {
    const pairs = [ecsCircuit, codeDeployCircuit].flatMap((circuit) =>
      circuit.slice(1).map((to, i) => [circuit[i], to] as const),
    );
    assert.ok(pairs.every(([from, to]) => from !== to));
    assert.deepEqual([pairs.length, new Set(pairs.map(String)).size], [20, 20]);
  });
});
