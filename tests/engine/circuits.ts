import type { StrategyName } from "../../components/index";

/** Together they switch once from each strategy to each other one: 20 switches in two files, half for each core. */
export const ecsCircuit: readonly StrategyName[] = [
  ...(["rolling", "blue-green", "rolling", "canary"] as const),
  ...(["blue-green", "canary", "rolling"] as const),
];
export const codeDeployCircuit: readonly StrategyName[] = [
  ...(["rolling", "linear", "rolling", "code-deploy", "blue-green"] as const),
  ...(["linear", "blue-green", "code-deploy", "canary", "linear"] as const),
  ...(["canary", "code-deploy", "linear", "code-deploy", "rolling"] as const),
];
