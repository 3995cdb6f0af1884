/** Amazon Managed Grafana. */
import type * as grafana from "@pulumi/aws/grafana";
import { accountOf } from "./account";
import { absent, accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/grafana/workspace/ */
const workspace = kept<grafana.WorkspaceArgs, grafana.WorkspaceState>({
  type: "aws:grafana/workspace:Workspace",
  name: { property: "name" },
  properties: {
    ...replacing("authenticationProviders"),
    ...accepted("accountAccessType", "dataSources", "name", "permissionType", "roleArn"),
  },
  outputs: {
    ...stable("arn", "endpoint"),
    ...absent("", "samlConfigurationStatus"),
  },
  tagging: true,
  id: ({ name }) => `g-${name}`,
  async state(aws, id) {
    return {
      arn: arnOf(aws.region, "grafana", await accountOf(aws), `/workspaces/${id}`),
      endpoint: `${id}.grafana-workspace.${aws.region}.amazonaws.com`,
    };
  },
});

export const resources = [workspace];
