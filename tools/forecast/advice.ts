import { duration } from "../../components/forecast/format";
import {
  type Assumptions,
  type DeploymentSettings,
  defaultAssumptions,
  type Forecast,
  forecastDeployment,
} from "../../components/index";
import { leastBakeMinutes } from "../../components/service/guards/settings";
import { resolveDeployment } from "../../components/service/resolve";

/** Changes that would make the deployment shorter, with the time that each saves, largest first. */
export function adviceOf(
  settings: DeploymentSettings,
  assumptions: Partial<Assumptions>,
  forecast: Forecast,
): string[] {
  const now = forecast.expectedSeconds;
  return candidates(settings, assumptions)
    .map(({ text, service = settings, assumed = assumptions }) => ({
      text,
      gain: now - secondsOf(service, assumed, now),
    }))
    .filter(({ gain }) => gain >= 5)
    .sort((a, b) => b.gain - a.gain)
    .map(({ text, gain }) => `${text}: ${duration(gain)} less`);
}

interface Candidate {
  readonly text: string;
  readonly service?: DeploymentSettings;
  readonly assumed?: Partial<Assumptions>;
}

/** The duration with a change. If the changed service is invalid, returns `now`, so the change is no advice. */
function secondsOf(
  service: DeploymentSettings,
  assumed: Partial<Assumptions>,
  now: number,
): number {
  try {
    return forecastDeployment(service, assumed).expectedSeconds;
  } catch {
    return now;
  }
}

function candidates(
  settings: DeploymentSettings,
  assumptions: Partial<Assumptions>,
): readonly Candidate[] {
  const { strategy, deregistrationDelay, guards, healthCheck } = resolveDeployment(settings);
  const { startupSeconds } = { ...defaultAssumptions, ...assumptions };
  const list: Candidate[] = [
    {
      text: "a deregistrationDelay of 10 s, if no request takes longer",
      service: { ...settings, deregistrationDelay: Math.min(10, deregistrationDelay) },
    },
    {
      text: "a healthCheck.interval of 5 s",
      service: { ...settings, healthCheck: { ...healthCheck, interval: 5, timeout: 2 } },
    },
    {
      text: "an application that starts in half the time",
      assumed: { ...assumptions, startupSeconds: startupSeconds / 2 },
    },
  ];
  if (strategy.type === "rolling") {
    const service: DeploymentSettings = {
      ...settings,
      strategy: { ...strategy, minimumHealthyPercent: 100, maximumPercent: 200 },
    };
    list.push({
      text: "minimumHealthyPercent 100 and maximumPercent 200, which replace all tasks in one batch",
      service,
    });
  } else if (strategy.type === "code-deploy") {
    const service: DeploymentSettings = {
      ...settings,
      strategy: { ...strategy, terminationWaitTimeInMinutes: 5 },
    };
    list.push({ text: "a terminationWaitTimeInMinutes of 5", service });
  } else {
    const bakeTimeInMinutes = Math.max(1, leastBakeMinutes(guards));
    const service: DeploymentSettings = {
      ...settings,
      strategy: { ...strategy, bakeTimeInMinutes },
    };
    list.push({ text: `a bakeTimeInMinutes of ${bakeTimeInMinutes}`, service });
  }
  if (strategy.type === "linear") {
    const service: DeploymentSettings = {
      ...settings,
      strategy: {
        ...strategy,
        stepPercent: Math.min(100, strategy.stepPercent * 2),
      },
    };
    list.push({ text: "a stepPercent twice as large", service });
  }
  return list;
}
