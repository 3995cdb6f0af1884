/** The rules of EventBridge in an account and region of the emulator, with their targets. */
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { administrator } from "../github/gate";
import type { Place } from "./world";

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly eventPattern: string | undefined;
  readonly enabled: boolean;
}

export interface Target {
  readonly arn: string;
  readonly roleArn: string | undefined;
  readonly input: string | undefined;
  readonly inputTransformer:
    | {
        readonly inputPaths?: Readonly<Record<string, string>>;
        readonly inputTemplate: string;
      }
    | undefined;
}

export async function rulesOf(place: Place): Promise<Rule[]> {
  const { Rules = [] } = await (await client(place)).listRules({});
  return Rules.map(({ Name = "", Arn = "", EventPattern, State }) => ({
    ...{ name: Name, arn: Arn, eventPattern: EventPattern, enabled: State !== "DISABLED" },
  }));
}

export async function targetsOf(place: Place, rule: string): Promise<Target[]> {
  const { Targets = [] } = await (await client(place)).listTargetsByRule({ Rule: rule });
  return Targets.map(({ Arn = "", RoleArn, Input, InputTransformer }) => ({
    ...{ arn: Arn, roleArn: RoleArn, input: Input },
    inputTransformer: InputTransformer && {
      inputTemplate: InputTransformer.InputTemplate ?? "",
      ...(InputTransformer.InputPathsMap && { inputPaths: InputTransformer.InputPathsMap }),
    },
  }));
}

async function client({ endpoint, account, region }: Place): Promise<EventBridge> {
  return new EventBridge(await administrator(endpoint, account, region));
}
