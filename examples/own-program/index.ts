/**
 * Uses the components in your own program: one service, and a bucket that only this service may read, in an existing VPC.
 * The program defines its own configuration keys; resource names come from the project and the stack.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as slipway from "slipway";

export = async () => {
  const config = new pulumi.Config();
  const fullName = config.require("repository");

  const network = new slipway.Network("shop", {
    vpcId: config.require("vpcId"),
    publicSubnetIds: config.requireObject<string[]>("publicSubnetIds"),
    privateSubnetIds: config.requireObject<string[]>("privateSubnetIds"),
  });
  const cluster = new slipway.Cluster("shop");
  const loadBalancer = new slipway.LoadBalancer("shop", { network });
  const imageRepository = new slipway.ImageRepository("api", {
    keepReleases: 30,
    forceDelete: true, // `pulumi destroy` deletes the images, too
  });
  const uploads = new aws.s3.Bucket("uploads");

  const service = new slipway.FargateService("api", {
    network,
    cluster,
    loadBalancer,
    imageRepository,
    port: 8000,
    environment: { BUCKET: uploads.bucket },
    // `transform` changes the arguments of a child resource, for properties that have no argument here.
    transform: { service: (args) => ({ ...args, availabilityZoneRebalancing: "ENABLED" }) },
  });
  new aws.iam.RolePolicy("uploads", {
    role: service.roles.taskRole.name,
    policy: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "s3:GetObject", Resource: pulumi.interpolate`${uploads.arn}/*` },
      ],
    },
  });

  const trigger = { type: "push", branch: "main" } as const;
  const repositories = await slipway.findRepositories({
    repository: fullName,
    trigger,
    services: [{ name: "api" }],
  });
  for (const { repository, name } of slipway.identify(repositories)) {
    const opts = { provider: slipway.githubProvider(repository.owner) };
    const environment = new slipway.GitHubEnvironment(
      name,
      { repository, stack: pulumi.getStack(), cluster, trigger },
      opts,
    );
    const oidc = new slipway.GitHubOidc("github", { identityProvider: "adopt" });
    new slipway.GitHubDeployment(
      "api",
      { oidc, environment, cluster, imageRepository, service },
      opts,
    );
  }
  return { url: loadBalancer.url };
};
