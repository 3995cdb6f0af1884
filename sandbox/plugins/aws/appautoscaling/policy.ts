/** Policies that hold a metric at a target. */
import type {
  MetricType,
  PutScalingPolicyRequest,
  TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import type * as scaling from "@pulumi/aws/appautoscaling";
import { sameBlocks } from "../blocks";
import { type Resolved, resource } from "../definition";
import { client, imported, key, keyOf } from "./common";

type Tracking = NonNullable<
  Resolved<scaling.PolicyArgs>["targetTrackingScalingPolicyConfiguration"]
>;

/** https://www.pulumi.com/registry/packages/aws/api-docs/appautoscaling/policy/ */
export const policy = resource<scaling.PolicyArgs, scaling.PolicyState>({
  type: "aws:appautoscaling/policy:Policy",
  name: { property: "name", maxLength: 255 },
  properties: {
    ...key,
    name: { replace: true },
    // "Defaults to StepScaling", which is not supported here.
    policyType: {
      default: "StepScaling",
      validate: (type) =>
        type === "TargetTrackingScaling" ? undefined : "must be TargetTrackingScaling",
    },
    targetTrackingScalingPolicyConfiguration: {
      members: [
        "disableScaleIn",
        "predefinedMetricSpecification",
        "scaleInCooldown",
        "scaleOutCooldown",
        "targetValue",
      ],
      equal: sameBlocks({ defaults: { disableScaleIn: false } }),
    },
  },
  // The alarms are Application Auto Scaling's own; it makes them anew when a policy changes.
  outputs: { alarmArns: "stable", arn: "stable" },
  async create(aws, inputs) {
    await client(aws).putScalingPolicy(policyRequest(inputs));
    return inputs.name ?? "";
  },
  async read(aws, { id, inputs }) {
    const { name = id, ...rest } = inputs.resourceId ? inputs : imported(id, true);
    const { ScalingPolicies = [] } = await client(aws).describeScalingPolicies({
      ...keyOf(rest),
      PolicyNames: [name],
    });
    const found = ScalingPolicies.find(({ PolicyName }) => PolicyName === name);
    if (!found) return undefined;
    return {
      id: found.PolicyName,
      properties: {
        alarmArns: (found.Alarms ?? []).map(({ AlarmARN = "" }) => AlarmARN),
        arn: found.PolicyARN,
        name: found.PolicyName,
        policyType: found.PolicyType,
        resourceId: found.ResourceId,
        scalableDimension: found.ScalableDimension,
        serviceNamespace: found.ServiceNamespace,
        targetTrackingScalingPolicyConfiguration: tracking(
          found.TargetTrackingScalingPolicyConfiguration,
        ),
      },
    };
  },
  async update(aws, _, inputs) {
    await client(aws).putScalingPolicy(policyRequest(inputs));
  },
  async delete(aws, { inputs }) {
    const { name: PolicyName } = inputs;
    await client(aws).deleteScalingPolicy({ ...keyOf(inputs), PolicyName });
  },
});

function policyRequest(inputs: Resolved<scaling.PolicyArgs>): PutScalingPolicyRequest {
  const config = inputs.targetTrackingScalingPolicyConfiguration;
  const metric = config?.predefinedMetricSpecification;
  return {
    ...keyOf(inputs),
    PolicyName: inputs.name,
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: config && {
      DisableScaleIn: config.disableScaleIn ?? false,
      PredefinedMetricSpecification: metric && {
        PredefinedMetricType: metric.predefinedMetricType as MetricType,
        ResourceLabel: metric.resourceLabel,
      },
      ScaleInCooldown: config.scaleInCooldown,
      ScaleOutCooldown: config.scaleOutCooldown,
      TargetValue: config.targetValue,
    },
  };
}

function tracking(
  config: TargetTrackingScalingPolicyConfiguration | undefined,
): Tracking | undefined {
  if (!config) return undefined;
  const metric = config.PredefinedMetricSpecification;
  return {
    disableScaleIn: config.DisableScaleIn ?? false,
    predefinedMetricSpecification: metric && {
      predefinedMetricType: metric.PredefinedMetricType ?? "",
      resourceLabel: metric.ResourceLabel ?? "",
    },
    scaleInCooldown: config.ScaleInCooldown,
    scaleOutCooldown: config.ScaleOutCooldown,
    targetValue: config.TargetValue ?? 0,
  };
}
