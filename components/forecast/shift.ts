import type { ResolvedStrategy } from "../service/strategy/resolve";
import type { LifecycleStage, Pause, PredefinedConfig } from "../service/strategy/settings";
import { assertNever } from "../shared/errors";
import { goodLives } from "./lives";
import { none, ShiftTimeline } from "./shift-timeline";
import type { Situation } from "./situation";
import type { Phase } from "./types";

/** How the production traffic shifts: the new tasks' percentage after each step, and the minutes between two steps. */
export interface Steps {
  readonly percentages: readonly number[];
  readonly minutesBetween: number;
}

type CodeDeploy = Extract<ResolvedStrategy, { type: "code-deploy" }>;
type Shifting = Exclude<ResolvedStrategy, { type: "rolling" | "code-deploy" }>;

export function stepsOf(strategy: Shifting | CodeDeploy): Steps {
  switch (strategy.type) {
    case "blue-green":
      return { percentages: [100], minutesBetween: 0 };
    case "canary":
      return canary(strategy.canaryPercent, strategy.canaryBakeTimeInMinutes);
    case "linear":
      // Only the bake time follows the last step:
      // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html
      return linear(strategy.stepPercent, strategy.stepBakeTimeInMinutes);
    case "code-deploy":
      return codeDeploySteps(strategy.deploymentConfig);
    default:
      return assertNever(strategy);
  }
}

const canary = (percent: number, minutesBetween: number): Steps => ({
  percentages: percent < 100 ? [percent, 100] : [100],
  minutesBetween,
});

function linear(percent: number, minutesBetween: number): Steps {
  // Counts in tenths of a percent, so that steps of 33.3 end at exactly 100.
  const count = Math.ceil(1000 / Math.round(percent * 10));
  const percentages = Array.from({ length: count }, (_, i) =>
    Math.min(100, (Math.round(percent * 10) * (i + 1)) / 10),
  );
  return { percentages, minutesBetween };
}

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html */
const predefined: Readonly<Record<PredefinedConfig, Steps>> = {
  "CodeDeployDefault.ECSAllAtOnce": { percentages: [100], minutesBetween: 0 },
  "CodeDeployDefault.ECSCanary10Percent5Minutes": canary(10, 5),
  "CodeDeployDefault.ECSCanary10Percent15Minutes": canary(10, 15),
  "CodeDeployDefault.ECSLinear10PercentEvery1Minutes": linear(10, 1),
  "CodeDeployDefault.ECSLinear10PercentEvery3Minutes": linear(10, 3),
};

function codeDeploySteps(config: CodeDeploy["deploymentConfig"]): Steps {
  if (typeof config === "string") {
    return predefined[config];
  }
  return config.type === "TimeBasedCanary"
    ? canary(config.percentage, config.interval)
    : linear(config.percentage, config.interval);
}

/**
 * The phases of ECS's blue/green, canary and linear deployments, by lifecycle stage:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
export function shiftPhases(situation: Situation, strategy: Shifting): Phase[] {
  const { assumed } = situation;
  const timeline = new ShiftTimeline(situation.count);
  const hook = (stage: LifecycleStage) => runHook(timeline, strategy.hooks[stage], situation);
  hook("PRE_SCALE_UP");
  scaleUp(timeline, situation);
  hook("POST_SCALE_UP");
  if (strategy.testListener) {
    hook("TEST_TRAFFIC_SHIFT");
    timeline.add("shift test traffic", "shift", assumed.shiftSeconds);
    hook("POST_TEST_TRAFFIC_SHIFT");
  }
  moveTraffic(timeline, stepsOf(strategy), situation, hook);
  hook("POST_PRODUCTION_TRAFFIC_SHIFT");
  timeline.add("bake: both sets run", "bake", strategy.bakeTimeInMinutes * 60);
  cleanUp(timeline, situation);
  return timeline.phases;
}

/**
 * The phases of a CodeDeploy deployment:
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html#appspec-hooks-ecs
 */
export function codeDeployPhases(situation: Situation, strategy: CodeDeploy): Phase[] {
  const { assumed } = situation;
  const timeline = new ShiftTimeline(situation.count);
  const hook = (name: keyof CodeDeploy["hooks"]) =>
    runHook(timeline, strategy.hooks[name], situation);
  hook("BeforeInstall");
  scaleUp(timeline, situation);
  hook("AfterInstall");
  if (strategy.testListener) {
    timeline.add("shift test traffic", "shift", assumed.shiftSeconds);
    hook("AfterAllowTestTraffic");
  }
  if (strategy.approvalWaitTimeInMinutes !== undefined) {
    timeline.add("wait for approval", "approval", assumed.approvalSeconds);
  }
  hook("BeforeAllowTraffic");
  moveTraffic(timeline, stepsOf(strategy), situation);
  hook("AfterAllowTraffic");
  const wait = strategy.terminationWaitTimeInMinutes * 60;
  timeline.add("termination wait: both sets run", "termination wait", wait);
  cleanUp(timeline, situation);
  return timeline.phases;
}

/** The phases of a failing deployment without a circuit breaker, until CodeDeploy's time-out or a guard ends it. */
export function failingWithoutBreaker({ count, assumed }: Situation, seconds: number): Phase[] {
  const timeline = new ShiftTimeline(count);
  timeline.new = { ...none, running: count };
  timeline.add("new tasks keep failing", "health check", seconds);
  timeline.add("stop the new tasks", "drain and stop", assumed.stopSeconds);
  return timeline.phases;
}

function runHook(
  timeline: ShiftTimeline,
  hook: string | Pause | undefined,
  { assumed }: Situation,
): void {
  if (typeof hook === "string") {
    timeline.add("hook", "hooks", assumed.hookSeconds);
  } else if (hook !== undefined) {
    timeline.add("pause until approval", "approval", assumed.approvalSeconds);
  }
}

function scaleUp(timeline: ShiftTimeline, situation: Situation): void {
  const { count } = situation;
  timeline.new = { ...none, pending: count };
  for (const [state, seconds] of goodLives(situation).start(count)) {
    switch (state) {
      case "provisioning":
        timeline.add(`start ${count} new`, "image pull and start", seconds);
        timeline.new = { ...none, running: count };
        break;
      case "starting":
        timeline.add(`${count} new start up`, "application start", seconds);
        break;
      case "checking":
        timeline.add(`health check of ${count} new`, "health check", seconds);
        break;
      default:
        timeline.new = { ...none, running: count, healthy: count };
    }
  }
}

/** ECS has two stages for each step: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHook.html */
function moveTraffic(
  timeline: ShiftTimeline,
  { percentages, minutesBetween }: Steps,
  { assumed }: Situation,
  hook: (stage: LifecycleStage) => void = () => undefined,
): void {
  for (const percent of percentages) {
    hook("PRE_PRODUCTION_TRAFFIC_SHIFT");
    // The new weights apply from the start of the step, so a bad release counts from there.
    timeline.share = percent;
    timeline.add(`shift traffic to ${percent} %`, "shift", assumed.shiftSeconds);
    hook("PRODUCTION_TRAFFIC_SHIFT");
    if (percent < 100) {
      timeline.add(`bake at ${percent} %`, "bake", minutesBetween * 60);
    }
  }
}

function cleanUp(timeline: ShiftTimeline, situation: Situation): void {
  const { count } = situation;
  timeline.old = { ...none, running: count };
  for (const [state, seconds] of goodLives(situation).stop) {
    timeline.add(
      `${state === "draining" ? "drain" : "stop"} ${count} old`,
      "drain and stop",
      seconds,
    );
  }
  timeline.old = none;
  timeline.add("ECS sees that it is steady", "scheduler", situation.assumed.schedulerSeconds);
}
