import type { StackConfig } from "../../../components/config";
import { findFoundation } from "../../../components/stack/find";
import type { SharedOutputs } from "../../../components/stack/shared";
import { type Check, check, good } from "../check";
import { problemsOf, verdictOf } from "./problems";

/** An existing cluster, load balancer and log groups, or those of a shared stack: the checks of every preview. */
export function existingChecks(config: StackConfig, shared: SharedOutputs): Check[] {
  const { cluster = {}, loadBalancer = {}, services } = config;
  const parts = [
    ...(config.shared ? [`the stack ${config.shared.stack}`] : []),
    ...("existing" in cluster ? ["the cluster"] : []),
    ...("existing" in loadBalancer ? ["the load balancer"] : []),
    ...(services.some(({ logGroup }) => logGroup) ? ["the log groups"] : []),
  ];
  return parts.length === 0
    ? []
    : [
        check({
          ...{ id: "existing", title: "Existing parts", area: "AWS" },
          ask: () => problemsOf(findFoundation(config, async () => shared)),
          judge: (problems) =>
            problems.length === 0
              ? good(`${parts.join(", ")}: the services can use them`)
              : verdictOf(problems),
        }),
      ];
}
