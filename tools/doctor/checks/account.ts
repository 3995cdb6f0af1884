import * as aws from "@pulumi/aws";
import { awsErrors } from "../../../components/shared/aws-errors";
import { missingPlugin } from "../../../components/shared/missing-plugin";
import { bad, type Check, check, good, lastSentence, unknown, type Verdict } from "../check";

/** The first question to AWS: if it fails, the others are not asked. */
export function accountCheck(): Check {
  return check({
    ...{ id: "account", title: "Credentials", area: "AWS" },
    ask: () => aws.getCallerIdentity({}),
    judge: ({ accountId, arn }) => good(`account ${accountId}, as ${arn}`),
    refused: judgeCredentials,
  });
}

const LOG_IN =
  "aws sso login, or export AWS_PROFILE or new keys; aws sts get-caller-identity shows who you are";

/** The first that matches counts. */
const reasons: readonly (readonly [RegExp, (match: RegExpExecArray) => Verdict])[] = [
  [
    awsErrors.account,
    ([, account]) =>
      bad(
        `the credentials are of account ${account}, which aws:allowedAccountIds or aws:forbiddenAccountIds refuses`,
        "use the credentials of the stack's account, or correct the list in the stack file",
      ),
  ],
  [
    /AssumeRole\b|cannot assume/i,
    () =>
      bad(
        "AWS refuses to let the credentials assume the role of aws:assumeRoles",
        "name your user or role in the role's trust policy, or correct the role in the stack file",
      ),
  ],
  [awsErrors.invalid, () => bad("AWS does not accept the credentials", LOG_IN)],
  [awsErrors.expired, () => bad("the credentials have expired", LOG_IN)],
  [
    /profile\b.*not found|failed to get shared config profile/i,
    () =>
      bad(
        "there is no such AWS profile",
        "correct AWS_PROFILE or aws:profile: aws configure list-profiles shows all",
      ),
  ],
  [
    /no AWS region|invalid AWS region|Missing region|Missing Region/i,
    () =>
      bad(
        "there is no valid AWS region",
        "set aws:region in the stack file, for example eu-west-1",
      ),
  ],
  [awsErrors.none, () => bad("there are no AWS credentials", LOG_IN)],
];

/** How the engine reports a setting that a plugin refuses. */
const refusedSetting = /has a problem: (?!unable to validate)/;

/** A plugin that the engine neither has nor can download. */
export function judgePlugin(text: string): Verdict | undefined {
  const [, , name, version] = missingPlugin.exec(text) ?? [];
  return name === undefined
    ? undefined
    : bad(
        `the ${name} plugin is missing, and cannot be downloaded`,
        `pulumi plugin install resource ${name} v${version} shows why`,
      );
}

/** Why AWS does not answer at all. */
export function judgeCredentials(text: string): Verdict {
  const missing = judgePlugin(text);
  if (missing) {
    return missing;
  }
  for (const [pattern, verdict] of reasons) {
    const match = pattern.exec(text);
    if (match) {
      return verdict(match);
    }
  }
  if (refusedSetting.test(text)) {
    return bad(
      `the AWS plugin refuses a setting: ${lastSentence(text)}`,
      "correct the keys aws:… of the stack file",
    );
  }
  return unknown(
    `AWS did not answer: ${lastSentence(text)}`,
    "check the network, then run this again",
  );
}
