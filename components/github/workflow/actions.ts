/** An action, pinned to a commit. The version of this commit becomes a comment in the workflow file. */
export interface PinnedAction {
  readonly uses: string;
  readonly version: string;
}

const pin = (repository: string, version: string, commit: string): PinnedAction => ({
  uses: `${repository}@${commit}`,
  version,
});

export const actions = {
  setupNode: pin("actions/setup-node", "v7.0.0", "820762786026740c76f36085b0efc47a31fe5020"),
  uploadArtifact: pin(
    "actions/upload-artifact",
    "v7.0.0",
    "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f",
  ),
  downloadArtifact: pin(
    "actions/download-artifact",
    "v8.0.1",
    "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
  ),
  githubScript: pin("actions/github-script", "v8.0.0", "ed597411d8f924073f98dfc5c65a23a2325f34cd"),
  pulumi: pin("pulumi/actions", "v7.0.0", "8e5e406f4007fca908480587cb9893c07090f58d"),
  pulumiAuth: pin("pulumi/auth-actions", "v2.1.0", "141415910c3beb54e03b48e9057c204c97b956f2"),
  checkout: pin("actions/checkout", "v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1"),
  configureAwsCredentials: pin(
    "aws-actions/configure-aws-credentials",
    "v6.2.3",
    "e6de054238d6b7531b4efff3b6587d9aade6a06c",
  ),
  amazonEcrLogin: pin(
    "aws-actions/amazon-ecr-login",
    "v2.1.7",
    "03f1aad4c6c7ffd436567f42f9384779290529bd",
  ),
  setupQemu: pin("docker/setup-qemu-action", "v4.2.0", "96fe6ef7f33517b61c61be40b68a1882f3264fb8"),
  setupBuildx: pin(
    "docker/setup-buildx-action",
    "v4.3.0",
    "37fe631027851001ddb9b187196cc803df7f5f0e",
  ),
  buildPush: pin("docker/build-push-action", "v7.3.0", "53b7df96c91f9c12dcc8a07bcb9ccacbed38856a"),
  renderTaskDefinition: pin(
    "aws-actions/amazon-ecs-render-task-definition",
    "v1.9.0",
    "138c24f321fdbdf7edee4a685519d253cae2cdea",
  ),
  deployTaskDefinition: pin(
    "aws-actions/amazon-ecs-deploy-task-definition",
    "v2.6.3",
    "c465972ecbd160473f22e683363b422a5412a3de",
  ),
  slack: pin("slackapi/slack-github-action", "v4.0.0", "dcb1066f776dd043e64d0e8ba94ca15cc7e1875d"),
} as const;
