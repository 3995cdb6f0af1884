import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type At = (key: string) => string;

/**
 * Whether a stack has a load balancer. A stack whose services are all workers has none, unless a site's distribution sends the paths of
 * the API to it. One without services shares its own with other stacks.
 */
export function usesLoadBalancer({
  services = [],
  cloudfront,
  frontend,
}: Pick<Config, "services" | "cloudfront" | "frontend">): boolean {
  const onlyWorkers = services.length > 0 && services.every((service) => service?.worker);
  return !onlyWorkers || (cloudfront !== undefined && frontend !== undefined);
}

/** Refuses settings for requests in a stack without a load balancer. `deletionProtection` protects the image repositories, too. */
export function checkUnused(config: Config, at: At): Problem[] {
  if (usesLoadBalancer(config)) {
    return [];
  }
  const { services = [], loadBalancer = {}, waf, cloudfront } = config;
  const { deletionProtection: _, ...ofRequests } = loadBalancer;
  const reads = [
    ...services.map((__, i) => at(`services[${i}].worker`)),
    ...["cloudfront", "frontend"].map(at),
  ];
  const unused = [
    ...Object.entries(ofRequests).map(([key, value]) => [`loadBalancer.${key}`, value] as const),
    ["waf", waf] as const,
    ["cloudfront", cloudfront] as const,
  ].filter(([, value]) => value !== undefined);
  return unused.map(([key, value]) => ({
    path: at(key),
    value,
    allowed:
      "nothing: all services of the stack are workers, which get no requests, so it has no load balancer",
    fix: "remove it, or add a service without worker",
    reads,
  }));
}
