import { inspect } from "node:util";
import { capacityProviderDefaults } from "../../../components/capacity/settings";
import { defaultAssumptions } from "../../../components/forecast";
import { tokenDefaults } from "../../../components/github/previews/settings";
import { planNetwork } from "../../../components/network/plan";
import { resolveAutoscaling } from "../../../components/service/autoscaling";
import {
  capacityDefaults,
  cognitoDefaults,
  deploymentDefaults,
  efsDefaults,
  efsUserDefaults,
  migrationDefaults,
  queueDefaults,
  scheduledTaskDefaults,
  signInDefaults,
} from "../../../components/service/defaults";
import { resolveService } from "../../../components/service/resolve";
import {
  type ResolvedStrategy,
  resolveStrategy,
} from "../../../components/service/strategy/resolve";

/** The defaults that the code uses for missing arguments, by the arguments' type. */
export function defaultsInCode(): Readonly<Record<string, object | undefined>> {
  const service = resolveService({
    port: 8000,
    healthCheck: {},
    sidecars: [{ name: "agent", image: "agent" }],
  });
  const settings = {
    ...service,
    // Set above, because every service except a worker needs it.
    port: undefined,
    strategy: service.strategy.type,
    capacityProviderStrategies: deploymentDefaults.capacityProviderStrategies,
  };
  const shift = resolveStrategy({
    type: "blue-green",
    testListener: {},
    hooks: { PRE_SCALE_UP: { type: "pause" } },
  }) as Extract<ResolvedStrategy, { type: "blue-green" }>;
  const bounds = { minCapacity: 1, maxCapacity: 2 };
  const scaling = resolveAutoscaling({
    ...bounds,
    scheduledActions: [{ name: "night", schedule: "rate(1 day)", minCapacity: 1 }],
  });
  return {
    DeploymentSettings: settings,
    ServiceSettings: settings,
    HealthCheckArgs: service.healthCheck,
    SidecarArgs: service.sidecars[0],
    ErrorsGuard: service.guards.errors,
    LatencyGuard: service.guards.latency,
    UnhealthyHostsGuard: service.guards.unhealthyHosts,
    CapacityProviderArgs: capacityProviderDefaults,
    CapacityProviderStrategy: capacityDefaults,
    AutoscalingArgs: resolveAutoscaling(bounds),
    ScheduledActionArgs: { timezone: scaling.scheduledActions[0]?.timezone },
    Rolling: resolveStrategy("rolling"),
    TrafficShift: shift,
    TestListener: shift.testListener,
    Pause: Object(shift.hooks.PRE_SCALE_UP),
    Canary: resolveStrategy("canary"),
    Linear: resolveStrategy("linear"),
    CodeDeploy: resolveStrategy("code-deploy"),
    CreateNetworkArgs: planNetwork({}),
    Assumptions: defaultAssumptions,
    PreviewSettings: tokenDefaults,
    CognitoArgs: cognitoDefaults,
    CreateQueueArgs: queueDefaults,
    EfsUser: efsUserDefaults,
    MigrationArgs: migrationDefaults,
    NewEfsArgs: efsDefaults,
    ScheduledTaskArgs: scheduledTaskDefaults,
    SignInOptions: signInDefaults,
  };
}

/** A value as a docstring writes it. */
export function literal(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY })
    .replaceAll("'", '"')
    .replace(/^\[ (.*) \]$/, "[$1]");
}
