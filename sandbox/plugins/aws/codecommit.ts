/** CodeCommit. Its repositories are those of the sandbox with the owner `codecommit`. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type * as codecommit from "@pulumi/aws/codecommit";
import { readJson } from "../../base/lock";
import { accountOf } from "./account";
import { invoke } from "./definition";
import { arnOf, partitionOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/codecommit/getrepository/ */
const getRepository = invoke<codecommit.GetRepositoryArgs, codecommit.GetRepositoryResult>({
  type: "aws:codecommit/getRepository:getRepository",
  args: ["repositoryName"],
  async run(aws, { repositoryName }) {
    const root = process.env.SLIPWAY_GITHUB_ROOT ?? "";
    const file = join(root, "codecommit", `${repositoryName}.json`);
    if ((await readJson<object | undefined>(file, undefined)) === undefined) {
      throw new Error(`RepositoryDoesNotExistException: ${repositoryName} does not exist`);
    }
    const host = `git-codecommit.${aws.region}.${partitionOf(aws.region).dnsSuffix}`;
    const hex = createHash("sha256").update(repositoryName).digest("hex");
    return {
      arn: arnOf(aws.region, "codecommit", await accountOf(aws), repositoryName),
      cloneUrlHttp: `https://${host}/v1/repos/${repositoryName}`,
      cloneUrlSsh: `ssh://${host}/v1/repos/${repositoryName}`,
      ...{ id: repositoryName, kmsKeyId: "", region: aws.region, repositoryName },
      repositoryId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5"),
    };
  },
});

export const functions = [getRepository];
