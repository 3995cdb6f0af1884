import { checkRange, checkString, nearest } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { TestListener } from "./settings";

export function checkTestListener(listener: TestListener | undefined, path: string): Problem[] {
  return listener
    ? checkRange(`${path}.testListener.port`, listener.port, [1, 65535], "TCP ports")
    : [];
}

export function checkHookNames(
  names: readonly string[],
  known: readonly string[],
  path: string,
): Problem[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return {
        path: `${path}.hooks.${name}`,
        value: name,
        allowed: known.join(", "),
        fix: meant ? `did you mean ${meant}?` : "write one of these",
      };
    });
}

export function checkFunctionArn(arn: string | undefined, path: string): Problem[] {
  return checkString(path, arn, {
    valid: /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]{1,64}(?::[\w$-]+)?$/,
    allowed: "the ARN of a Lambda function, optionally with a version or an alias",
    fix: "aws lambda get-function --function-name <name> --query Configuration.FunctionArn",
  });
}

/** ECS and CodeDeploy look alarms up by name: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentAlarms.html */
export function checkAlarms(
  alarms: readonly (string | undefined)[] | undefined,
  path: string,
): Problem[] {
  return (alarms ?? []).flatMap((name, i) =>
    checkString(`${path}.alarms[${i}]`, name, {
      valid: /^(?!arn:)[^\p{Cc}]{1,255}$/u,
      allowed: "the name of a CloudWatch alarm, at most 255 characters",
      fix: (text) =>
        text.startsWith("arn:") ? `write ${text.split(":").slice(6).join(":")}` : "write its name",
    }),
  );
}
