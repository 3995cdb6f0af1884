/** CodeDeploy applications. */
import type * as codedeploy from "@pulumi/aws/codedeploy";
import { toCamel } from "../../kit/casing";
import { toTagList } from "../../kit/tags";
import { absent, resource, stable } from "../definition";
import { arn, atMost, client, computePlatforms, oneOf, tagging, tagsOf } from "./common";

/** https://www.pulumi.com/registry/packages/aws/api-docs/codedeploy/application/: it is renamed in place. */
export const application = resource<codedeploy.ApplicationArgs, codedeploy.ApplicationState>({
  type: "aws:codedeploy/application:Application",
  name: { property: "name" },
  properties: {
    computePlatform: { default: "Server", replace: true, validate: oneOf(computePlatforms) },
    name: { validate: atMost(100) },
  },
  outputs: {
    ...stable("applicationId"),
    arn: { when: ["name"] },
    ...absent("", "githubAccountName"),
    ...absent(false, "linkedToGithub"),
  },
  tagging,
  async create(aws, { computePlatform, name: applicationName }, tags) {
    const request = {
      applicationName,
      ...toCamel<object>({ computePlatform }),
      tags: toTagList(tags),
    };
    const { applicationId } = await client(aws).createApplication(request);
    return `${applicationId}:${applicationName}`;
  },
  async read(aws, { id, inputs }) {
    // The import id is the name.
    const applicationName = inputs.name ?? id.split(":").at(-1);
    const { application: found } = await client(aws).getApplication({ applicationName });
    if (!found) return undefined;
    const own = await arn(aws, `application:${found.applicationName}`);
    return {
      id: `${found.applicationId}:${found.applicationName}`,
      found,
      properties: {
        arn: own,
        githubAccountName: found.gitHubAccountName,
        linkedToGithub: found.linkedToGitHub,
        name: found.applicationName,
      },
      tags: await tagsOf(aws, own),
    };
  },
  update: (aws, _, { name: newApplicationName }, { old }) =>
    client(aws).updateApplication({ applicationName: old.inputs.name, newApplicationName }),
  delete: (aws, { inputs: { name: applicationName } }) =>
    client(aws).deleteApplication({ applicationName }),
});
