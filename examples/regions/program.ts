import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as slipway from "slipway";

/** The regions, by the suffix of the names in each. */
const regions = { eu: "eu-central-1", us: "us-west-2" } as const;

/** One service in each of two regions, deployed from one repository. A provider with `assumeRoles` would do the same for another account. */
export async function program() {
  const trigger = { type: "push", branch: "main" } as const;
  const services = Object.keys(regions).map((place) => ({ name: `api-${place}` }));
  const wanted = { repository: "octo-org/regions", trigger, services };
  const found = await slipway.findRepositories(wanted);
  const oidc = new slipway.GitHubOidc("github");

  const places = Object.entries(regions).map(([place, region]) => {
    const provider = new aws.Provider(place, { region });
    const opts = { provider };
    const network = new slipway.Network(place, {}, opts);
    const cluster = new slipway.Cluster(place, { containerInsights: "disabled" }, opts);
    const loadBalancer = new slipway.LoadBalancer(place, { network }, opts);
    const name = `api-${place}`;
    const imageRepository = new slipway.ImageRepository(name, { forceDelete: true }, opts);
    const args = { network, cluster, loadBalancer, imageRepository, port: 8000 };
    const service = new slipway.FargateService(name, args, opts);
    return { name, provider, cluster, imageRepository, service, url: loadBalancer.url };
  });

  for (const { repository, name } of slipway.identify(found)) {
    const github = slipway.githubProvider(repository.owner);
    const [first] = places;
    if (!first) {
      throw new Error("there is no region");
    }
    const environment = new slipway.GitHubEnvironment(
      name,
      { repository, stack: pulumi.getStack(), cluster: first.cluster, trigger },
      { provider: github },
    );
    for (const { name, provider, ...parts } of places) {
      const args = { ...parts, oidc, environment };
      new slipway.GitHubDeployment(name, args, { providers: [provider, github] });
    }
  }
  return Object.fromEntries(places.map(({ name, url }) => [name, url]));
}
