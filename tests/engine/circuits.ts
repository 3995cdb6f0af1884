import type { StrategyName } from "../../components";

/** Between them each strategy follows each other one once: 20 switches in two files, so that both cores have half of them. */
export const ecsCircuit: readonly StrategyName[] = [
  ...(["rolling", "blue-green", "rolling", "canary"] as const),
  ...(["blue-green", "canary", "rolling"] as const),
];
export const codeDeployCircuit: readonly StrategyName[] = [
  ...(["rolling", "linear", "rolling", "code-deploy", "blue-green"] as const),
  ...(["linear", "blue-green", "code-deploy", "canary", "linear"] as const),
  ...(["canary", "code-deploy", "linear", "code-deploy", "rolling"] as const),
];
