import { withoutHttps } from "../load-balancer/judge";
import { rulePriorities } from "../service/rule/priority";
import { type RuleArgs, resolveRule } from "../service/rule/settings";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type At = (key: string) => string;

/** Checks what the sign-in of a service needs from the stack's own load balancer. An existing one is looked up elsewhere. */
export function checkSignIns(config: Config, at: At): Problem[] {
  const { shared, loadBalancer = {}, network = {}, services = [] } = config;
  if (shared || "existing" in loadBalancer) {
    return [];
  }
  const paths = services.flatMap((service, i) =>
    service?.signIn && !service.worker ? [at(`services[${i}].signIn`)] : [],
  );
  const reads = [at("loadBalancer"), at("network")];
  const settings: Partial<Extract<typeof loadBalancer, { internal?: unknown }>> = loadBalancer;
  const closed = settings.internal && "natGateways" in network && network.natGateways === "none";
  return [
    ...paths.flatMap((path) => [
      ...(settings.https === undefined
        ? [{ ...withoutHttps(path, "set loadBalancer.https"), reads }]
        : []),
      ...(closed
        ? [
            {
              path,
              value: "internal",
              allowed:
                "nothing without a NAT gateway: an internal load balancer reaches no identity provider",
              fix: "set network.natGateways, or remove signIn",
              reads,
            },
          ]
        : []),
    ]),
    ...checkPriorities(services, at),
  ];
}

/** The rules of a sign-in have the two priorities before that of the service's own rule. */
function checkPriorities(services: NonNullable<Config["services"]>, at: At): Problem[] {
  const all = services.flatMap((service = {}, i) => {
    const { name, rule = {}, signIn } = service;
    if (name === undefined) {
      return [];
    }
    const numbers = rulePriorities({ name, rule: resolveRule(rule as RuleArgs) });
    const further = signIn
      ? [numbers.signIn, ...(signIn.openPaths?.length ? [numbers.open] : [])]
      : [];
    return [{ i, name, own: numbers.rule, further }];
  });
  return all.flatMap(({ i, further }) =>
    all
      .filter(
        (other) =>
          other.i !== i &&
          (further.includes(other.own) ||
            (other.i < i && other.further.some((number) => further.includes(number)))),
      )
      .map((other) => ({
        path: at(`services[${i}].rule.priority`),
        value: further,
        allowed: `a priority after two free numbers, which the sign-in uses: ${other.name} has one of them`,
        fix: "set another priority, from 3 to 50000",
        reads: [
          // The rules on a listener of another program get other numbers.
          ...["shared", "loadBalancer"].map(at),
          ...[i, other.i].flatMap((index) =>
            ["name", "rule", "signIn", "worker"].map((key) => at(`services[${index}].${key}`)),
          ),
        ],
      })),
  );
}
