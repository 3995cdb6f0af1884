/** Rules of EventBridge, and their targets. */
import { EventBridge } from "@aws-sdk/client-eventbridge";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import { toTagList } from "../kit/tags";
import { sameDocument } from "../kit/values";
import type { AwsContext } from "./context";
import { accepted, type Resolved, replacing, resource, stable } from "./definition";
import { plain } from "./plain";

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/eventrule/ */
const eventRule = plain<EventBridge, cloudwatch.EventRuleArgs, cloudwatch.EventRuleState>({
  type: "aws:cloudwatch/eventRule:EventRule",
  name: { property: "name", maxLength: 64 },
  properties: {
    ...replacing("name"),
    ...accepted("description"),
    eventBusName: { replace: true, default: "default" },
    eventPattern: { equal: sameDocument },
  },
  outputs: stable("arn"),
  client: EventBridge,
  id: "name",
  create: (api, request) => api.putRule(request),
  async read(api, id) {
    const found = await api.describeRule({ Name: id });
    return { ...found, ...(await api.listTagsForResource({ ResourceARN: found.Arn })) };
  },
  delete: (api, id) => api.deleteRule({ Name: id }),
  tagging: {
    add: (aws, { arn: ResourceARN }, tags) =>
      events(aws).tagResource({ ResourceARN, Tags: toTagList(tags) }),
    remove: (aws, { arn: ResourceARN }, TagKeys) =>
      events(aws).untagResource({ ResourceARN, TagKeys }),
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/eventtarget/ */
const eventTarget = resource<cloudwatch.EventTargetArgs, cloudwatch.EventTargetState>({
  type: "aws:cloudwatch/eventTarget:EventTarget",
  name: { property: "targetId" },
  properties: {
    ...replacing("rule", "targetId"),
    ...accepted("arn", "input", "roleArn"),
    eventBusName: { replace: true, default: "default" },
    inputTransformer: { block: { members: ["inputPaths", "inputTemplate"] } },
  },
  outputs: {},
  async create(aws, inputs) {
    await putTarget(aws, inputs);
    return `${inputs.rule}-${inputs.targetId}`;
  },
  async read(aws, { id, inputs }) {
    // The import id is the rule and the target, joined by a slash.
    const [importedRule, importedTarget] = id.split("/");
    const { rule = importedRule, targetId = importedTarget } = inputs;
    const { Targets = [] } = await events(aws).listTargetsByRule({ Rule: rule });
    const found = Targets.find(({ Id }) => Id === targetId);
    const transformer = found?.InputTransformer;
    return (
      found && {
        id: `${rule}-${targetId}`,
        found,
        properties: {
          ...{ arn: found.Arn, rule, targetId, eventBusName: "default" },
          ...(found.RoleArn && { roleArn: found.RoleArn }),
          ...(found.Input && { input: found.Input }),
          ...(transformer && {
            inputTransformer: {
              ...(transformer.InputPathsMap && { inputPaths: transformer.InputPathsMap }),
              inputTemplate: transformer.InputTemplate,
            },
          }),
        },
      }
    );
  },
  update: async (aws, _, inputs) => putTarget(aws, inputs),
  async delete(aws, { inputs: { rule, targetId } }) {
    await events(aws).removeTargets({ Rule: String(rule), Ids: [String(targetId)] });
  },
});

async function putTarget(
  aws: AwsContext,
  { arn, rule, targetId, roleArn, input, inputTransformer }: Resolved<cloudwatch.EventTargetArgs>,
) {
  const Target = {
    ...{ Id: targetId, Arn: arn },
    ...(roleArn && { RoleArn: roleArn }),
    ...(input && { Input: input }),
    ...(inputTransformer && {
      InputTransformer: {
        InputPathsMap: inputTransformer.inputPaths,
        InputTemplate: inputTransformer.inputTemplate,
      },
    }),
  };
  await events(aws).putTargets({ Rule: rule, Targets: [Target] });
}

function events(aws: AwsContext): EventBridge {
  return aws.client(EventBridge);
}

export const resources = [eventRule, eventTarget];
