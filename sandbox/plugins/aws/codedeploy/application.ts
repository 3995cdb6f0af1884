/** Applications. */
import type { ComputePlatform } from "@aws-sdk/client-codedeploy";
import type * as codedeploy from "@pulumi/aws/codedeploy";
import { resource } from "../definition";
import { arn, atMost, client, computePlatforms, oneOf, tagged, tagging, tagsOf } from "./common";

/** https://www.pulumi.com/registry/packages/aws/api-docs/codedeploy/application/: it is renamed in place. */
export const application = resource<codedeploy.ApplicationArgs, codedeploy.ApplicationState>({
  type: "aws:codedeploy/application:Application",
  name: { property: "name", maxLength: 100 },
  properties: {
    computePlatform: { default: "Server", replace: true, validate: oneOf(computePlatforms) },
    name: { validate: atMost(100) },
  },
  outputs: {
    applicationId: "stable",
    arn: { when: ["name"] },
    githubAccountName: "stable",
    linkedToGithub: "stable",
  },
  tagging: tagging<codedeploy.ApplicationState>(),
  async create(aws, { computePlatform, name: applicationName }, tags) {
    const { applicationId } = await client(aws).createApplication({
      applicationName,
      computePlatform: computePlatform as ComputePlatform,
      ...tagged(tags),
    });
    return `${applicationId}:${applicationName}`;
  },
  async read(aws, { id, inputs }) {
    // An import is by name alone.
    const applicationName = inputs.name ?? id.split(":").at(-1);
    const { application: found } = await client(aws).getApplication({ applicationName });
    if (!found) return undefined;
    const own = await arn(aws, `application:${found.applicationName}`);
    return {
      id: `${found.applicationId}:${found.applicationName}`,
      properties: {
        applicationId: found.applicationId,
        arn: own,
        computePlatform: found.computePlatform,
        githubAccountName: found.gitHubAccountName ?? "",
        linkedToGithub: found.linkedToGitHub ?? false,
        name: found.applicationName,
      },
      tags: await tagsOf(aws, own),
    };
  },
  async update(aws, _, { name: newApplicationName }, { old }) {
    const { name: applicationName } = old.inputs;
    await client(aws).updateApplication({ applicationName, newApplicationName });
  },
  async delete(aws, { inputs: { name: applicationName } }) {
    await client(aws).deleteApplication({ applicationName });
  },
});
