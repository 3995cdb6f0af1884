import * as aws from "@pulumi/aws";
import { confirmation } from "../codepipeline/confirmation";
import type { StackConfig } from "../config";
import { unreadable } from "../load-balancer/judge";
import type { Problem } from "../shared/errors";

/**
 * An existing connection must be confirmed, and a repository in CodeCommit must exist. No call shows which repositories a connection can
 * see.
 */
export async function sourceProblems({ release, services }: StackConfig): Promise<Problem[]> {
  const { source } = release ?? {};
  if (source?.type === "codecommit") {
    const named = [
      { path: "release.source.repository", name: source.repository },
      ...services.flatMap(({ repository }, i) =>
        repository === undefined ? [] : [{ path: `services[${i}].repository`, name: repository }],
      ),
    ];
    return (await Promise.all(named.map(repositoryProblems))).flat();
  }
  return source?.connectionArn === undefined ? [] : connectionProblems(source.connectionArn);
}

async function repositoryProblems({ path, name }: { path: string; name: string }) {
  try {
    await aws.codecommit.getRepository({ repositoryName: name });
    return [];
  } catch (error) {
    return [unreadable(path, name, error)];
  }
}

async function connectionProblems(arn: string): Promise<Problem[]> {
  const path = "release.source.connectionArn";
  try {
    const { connectionStatus } = await aws.codestarconnections.getConnection({ arn });
    return connectionStatus === "AVAILABLE"
      ? []
      : [
          {
            path,
            value: arn,
            allowed: `a connection that is AVAILABLE: this one is ${connectionStatus}`,
            fix: confirmation(arn),
          },
        ];
  } catch (error) {
    return [unreadable(path, arn, error)];
  }
}
