import { withDefaults } from "../../shared/defaults";
import type { Resolved } from "../../shared/resolved";
import { strategyDefaults as defaults, deploymentDefaults } from "../defaults";
import type {
  BlueGreen,
  Canary,
  CodeDeploy,
  LifecycleStage,
  Linear,
  Pause,
  Rolling,
  Strategy,
  StrategyName,
  TestListener,
  TrafficShift,
} from "./settings";

type Hooks = Readonly<Partial<Record<LifecycleStage, string | Required<Pause>>>>;

/** Fixed values, not options: these strategies run a second complete set of tasks beside the first. */
type WholeSets = Pick<Required<Rolling>, "maximumPercent" | "minimumHealthyPercent">;

type ResolvedShift<S extends TrafficShift> = WholeSets &
  Required<Omit<S, "hooks" | "testListener">> & {
    readonly hooks: Hooks;
    readonly testListener?: Required<TestListener>;
  };

type ResolvedCodeDeploy = WholeSets &
  Resolved<Omit<CodeDeploy, "testListener">, "approvalWaitTimeInMinutes"> & {
    readonly testListener?: Required<TestListener>;
  };

/** A strategy with a value for every option. */
export type ResolvedStrategy =
  | Required<Rolling>
  | ResolvedShift<BlueGreen>
  | ResolvedShift<Canary>
  | ResolvedShift<Linear>
  | ResolvedCodeDeploy;

/** A name means the strategy with the default of each option. */
export function strategyOf(written: Strategy | StrategyName): Strategy {
  return typeof written === "string" ? { type: written } : written;
}

export function resolveStrategy(
  written: Strategy | StrategyName = deploymentDefaults.strategy,
): ResolvedStrategy {
  const strategy = strategyOf(written);
  switch (strategy.type) {
    case "rolling":
      return {
        type: strategy.type,
        ...withDefaults(strategy, defaults.rolling),
        ...withDefaults(strategy, defaults.failure),
      };
    case "blue-green":
      return { type: strategy.type, ...resolveShift(strategy) };
    case "canary":
      return {
        type: strategy.type,
        ...withDefaults(strategy, defaults.canary),
        ...resolveShift(strategy),
      };
    case "linear":
      return {
        type: strategy.type,
        ...withDefaults(strategy, defaults.linear),
        ...resolveShift(strategy),
      };
    case "code-deploy":
      return {
        type: strategy.type,
        ...wholeSets,
        ...withDefaults(strategy, defaults.codeDeploy),
        approvalWaitTimeInMinutes: strategy.approvalWaitTimeInMinutes,
        ...resolveTestListener(strategy.testListener),
      };
    default:
      // Reached only by a program that was not type-checked. The check reports the unknown strategy.
      return strategy;
  }
}

const wholeSets: WholeSets = defaults.rolling;

function resolveShift(strategy: TrafficShift) {
  const hooks = Object.entries(strategy.hooks ?? {}).map(([stage, hook]) => [
    stage,
    typeof hook === "string" ? hook : { type: hook.type, ...withDefaults(hook, defaults.pause) },
  ]);
  return {
    ...wholeSets,
    ...withDefaults(strategy, defaults.shift),
    ...resolveTestListener(strategy.testListener),
    hooks: Object.fromEntries(hooks) as Hooks,
    ...withDefaults(strategy, defaults.failure),
  };
}

function resolveTestListener(listener: TestListener | undefined) {
  return listener && { testListener: withDefaults(listener, defaults.testListener) };
}
