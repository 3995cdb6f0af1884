/** Application Auto Scaling. */
import {
  ApplicationAutoScaling,
  type ScalableDimension,
  type ServiceNamespace,
} from "@aws-sdk/client-application-auto-scaling";
import type * as scaling from "@pulumi/aws/appautoscaling";
import { toPascal } from "../kit/casing";
import { fromTags, toTagMap } from "../kit/tags";
import type { AwsContext } from "./context";
import { absent, outputOnly, replacing, resource, stable } from "./definition";

/** The scaled object: the key of a target, and part of the key of policies and actions. ForceNew in the provider's schema. */
const key = replacing("resourceId", "scalableDimension", "serviceNamespace");

interface Key {
  readonly resourceId?: string;
  readonly scalableDimension?: string;
  readonly serviceNamespace?: string;
}

function keyOf({ resourceId, scalableDimension, serviceNamespace }: Key) {
  return {
    ResourceId: resourceId,
    ScalableDimension: scalableDimension as ScalableDimension,
    ServiceNamespace: serviceNamespace as ServiceNamespace,
  };
}

/** "Import using the service-namespace, resource-id and scalable-dimension separated by /", a policy's name last. */
function imported(id: string, named = false): Key & { readonly name?: string } {
  const parts = id.split("/");
  const name = named ? parts.pop() : undefined;
  const scalableDimension = parts.pop();
  const [serviceNamespace, ...resourceId] = parts;
  return { serviceNamespace, resourceId: resourceId.join("/"), scalableDimension, name };
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/appautoscaling/target/ */
const target = resource<scaling.TargetArgs, scaling.TargetState>({
  type: "aws:appautoscaling/target:Target",
  properties: {
    ...key,
    maxCapacity: {},
    minCapacity: {},
    roleArn: { computed: true },
    ...outputOnly(undefined, "suspendedState"),
  },
  outputs: stable("arn"),
  tagging: {
    add: (aws, { arn }, tags) => client(aws).tagResource({ ResourceARN: arn, Tags: { ...tags } }),
    remove: (aws, { arn }, TagKeys) => client(aws).untagResource({ ResourceARN: arn, TagKeys }),
  },
  async create(aws, inputs, tags) {
    const request = {
      ...toPascal<ReturnType<typeof keyOf>>(inputs, TARGET_NAMES),
      Tags: toTagMap(tags),
    };
    await client(aws).registerScalableTarget(request);
    return inputs.resourceId;
  },
  async read(aws, { id, inputs }) {
    const wanted = keyOf(inputs.resourceId ? inputs : imported(id));
    const request = { ...wanted, ResourceIds: [wanted.ResourceId ?? ""] };
    const { ScalableTargets: [found] = [] } = await client(aws).describeScalableTargets(request);
    if (!found) return undefined;
    const { ResourceId, ScalableTargetARN: arn, SuspendedState: suspended } = found;
    const suspendedState = {
      dynamicScalingInSuspended: suspended?.DynamicScalingInSuspended ?? false,
      dynamicScalingOutSuspended: suspended?.DynamicScalingOutSuspended ?? false,
      scheduledScalingSuspended: suspended?.ScheduledScalingSuspended ?? false,
    };
    const tags = fromTags(await client(aws).listTagsForResource({ ResourceARN: arn }));
    return { id: ResourceId, found, properties: { arn, suspendedState }, tags };
  },
  update: (aws, _, inputs) =>
    client(aws).registerScalableTarget(toPascal<ReturnType<typeof keyOf>>(inputs, TARGET_NAMES)),
  delete: (aws, { inputs }) => client(aws).deregisterScalableTarget(keyOf(inputs)),
});

const TARGET_NAMES = { roleArn: "RoleARN" };

/** https://www.pulumi.com/registry/packages/aws/api-docs/appautoscaling/policy/ */
const policy = resource<scaling.PolicyArgs, scaling.PolicyState>({
  type: "aws:appautoscaling/policy:Policy",
  name: { property: "name" },
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
      block: {
        members: [
          ...(["customizedMetricSpecification", "disableScaleIn"] as const),
          ...(["predefinedMetricSpecification", "scaleInCooldown"] as const),
          ...(["scaleOutCooldown", "targetValue"] as const),
        ],
        defaults: { disableScaleIn: false },
        blocks: {
          customizedMetricSpecification: {
            blocks: { metrics: { defaults: { returnData: true } } },
          },
        },
      },
    },
  },
  // Application Auto Scaling owns the alarms, and creates new ones when a policy changes.
  outputs: { ...stable("arn"), ...absent([], "alarmArns") },
  async create(aws, inputs) {
    await client(aws).putScalingPolicy(named("PolicyName", inputs));
    return inputs.name;
  },
  async read(aws, { id, inputs }) {
    const { name = id, ...rest } = inputs.resourceId ? inputs : imported(id, true);
    const request = { ...keyOf(rest), PolicyNames: [name] };
    const { ScalingPolicies = [] } = await client(aws).describeScalingPolicies(request);
    const found = ScalingPolicies.find(({ PolicyName }) => PolicyName === name);
    if (!found) return undefined;
    const { Alarms = [], PolicyARN: arn } = found;
    const alarmArns = Alarms.map(({ AlarmARN = "" }) => AlarmARN);
    return { id: name, found, properties: { alarmArns, arn, name } };
  },
  update: (aws, _, inputs) => client(aws).putScalingPolicy(named("PolicyName", inputs)),
  delete: (aws, { inputs }) =>
    client(aws).deleteScalingPolicy({ ...keyOf(inputs), PolicyName: inputs.name }),
});

const sameTime = {
  // The API returns UTC; the provider compares the points in time.
  equal: (a: string, b: string) => Date.parse(a) === Date.parse(b),
  validate: (time: string) =>
    Number.isNaN(Date.parse(time)) ? "must be a time such as 2026-12-24T18:00:00Z" : undefined,
};

/** https://www.pulumi.com/registry/packages/aws/api-docs/appautoscaling/scheduledaction/ */
const scheduledAction = resource<scaling.ScheduledActionArgs, scaling.ScheduledActionState>({
  type: "aws:appautoscaling/scheduledAction:ScheduledAction",
  name: { property: "name" },
  properties: {
    ...key,
    endTime: sameTime,
    name: { replace: true },
    scalableTargetAction: { block: { members: ["maxCapacity", "minCapacity"] } },
    schedule: {},
    startTime: sameTime,
    // "Time zone used when setting a scheduled action [...] The default is UTC."
    timezone: { default: "UTC" },
  },
  outputs: stable("arn"),
  async create(aws, inputs) {
    await putAction(aws, inputs);
    return `${inputs.name}-${inputs.serviceNamespace}-${inputs.resourceId}`;
  },
  async read(aws, { inputs }) {
    const { name } = inputs;
    // The provider cannot import these.
    if (name === undefined) return undefined;
    const request = { ...keyOf(inputs), ScheduledActionNames: [name] };
    const { ScheduledActions = [] } = await client(aws).describeScheduledActions(request);
    const found = ScheduledActions.find(({ ScheduledActionName }) => ScheduledActionName === name);
    return found && { found, properties: { arn: found.ScheduledActionARN, name } };
  },
  update: (aws, _, inputs) => putAction(aws, inputs),
  delete: (aws, { inputs }) =>
    client(aws).deleteScheduledAction({ ...keyOf(inputs), ScheduledActionName: inputs.name }),
});

async function putAction(
  aws: AwsContext,
  { startTime, endTime, ...inputs }: { startTime?: string; endTime?: string },
) {
  const request = named("ScheduledActionName", inputs);
  const [StartTime, EndTime] = [startTime, endTime].map((time) => time && new Date(time));
  await client(aws).putScheduledAction({ ...request, ...{ StartTime, EndTime } } as typeof request);
}

/** Renames the property `name` in a request. */
function named<Member extends string>(member: Member, inputs: object) {
  type Request = ReturnType<typeof keyOf> & Record<Member, string>;
  return toPascal<Request>(inputs, { name: member });
}

function client(aws: AwsContext): ApplicationAutoScaling {
  return aws.client(ApplicationAutoScaling);
}

export const resources = [target, policy, scheduledAction];
