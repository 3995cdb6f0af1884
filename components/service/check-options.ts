import { checkRange, nearest } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { TestListener } from "./strategy";

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

export function checkFunctionArn(arn: string, path: string): Problem[] {
  if (/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]{1,64}(?::[\w$-]+)?$/.test(arn)) {
    return [];
  }
  return [
    {
      path,
      value: arn,
      allowed: "the ARN of a Lambda function, optionally with a version or an alias",
      fix: "aws lambda get-function --function-name <name> --query Configuration.FunctionArn",
    },
  ];
}
