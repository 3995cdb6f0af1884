import { copy, type Draft, numberOf, secondsIn } from "./draft";
import { keys, mapped, none, type Rule } from "./rule";
import { find, type Tree, textOf } from "./tree";

/** `count`: a number of tasks, a number on Spot, or a range between which the service scales. */

const spotOnly = [{ capacityProvider: "FARGATE_SPOT" }];

export const countRule: Rule = keys(
  {
    spot: mapped((tree, draft, key) => {
      copy(["desiredCount"], "number")(tree, draft, key);
      draft.set(["capacityProviderStrategies"], spotOnly, tree, key);
    }),
    range: mapped(range),
    cooldown: keys({
      in: mapped(copy(["autoscaling", "scaleInCooldown"], "seconds")),
      out: mapped(copy(["autoscaling", "scaleOutCooldown"], "seconds")),
    }),
    cpu_percentage: mapped(target("cpuUtilization")),
    memory_percentage: mapped(target("memoryUtilization")),
    requests: mapped(target("requestCountPerTarget")),
    response_time: none(
      "services scale by CPU, memory or requests",
      "set requestCountPerTarget to a number of requests at which the response time is still good",
    ),
    queue_delay: none("services behind a load balancer have no queue", "scale by requests"),
  },
  copy(["desiredCount"], "number"),
);

function range(tree: Tree, draft: Draft, key: string): void {
  const [, first, second] = /^(\d+)-(\d+)$/.exec(textOf(tree) ?? "") ?? [];
  const minimum = first ?? textOf(find(tree, "min"));
  const maximum = second ?? textOf(find(tree, "max"));
  if (minimum === undefined || maximum === undefined) {
    draft.list(tree, key, "the value is not a range such as 1-10", "write autoscaling by hand");
    return;
  }
  draft.set(["autoscaling", "minCapacity"], Number(minimum), tree, key);
  draft.set(["autoscaling", "maxCapacity"], Number(maximum), tree, key);
  const spotFrom = find(tree, "spot_from");
  if (spotFrom) {
    draft.set(["capacityProviderStrategies"], capacity(spotFrom, Number(minimum)), spotFrom, key);
  }
}

/** As `transformers.go` in https://github.com/aws/copilot-cli: the tasks before `spot_from` are the base on Fargate. */
function capacity(spotFrom: Tree, minimum: number) {
  const base = (numberOf(spotFrom) ?? 1) - 1;
  return base + 1 >= minimum && base > 0
    ? [
        { capacityProvider: "FARGATE", base, weight: 0 },
        { capacityProvider: "FARGATE_SPOT", weight: 1 },
      ]
    : spotOnly;
}

/** A number, or a map of the number with a cooldown. */
function target(name: string) {
  return (tree: Tree, draft: Draft, key: string): void => {
    const value = find(tree, "value") ?? tree;
    copy(["autoscaling", name], "number")(value, draft, key);
    const cooldown = find(tree, "cooldown");
    if (!cooldown) return;
    draft.later(() => {
      const targets = ["cpuUtilization", "memoryUtilization", "requestCountPerTarget"];
      const only =
        targets.filter((one) => draft.get("autoscaling", one) !== undefined).length === 1;
      for (const [from, to] of [
        ["in", "scaleInCooldown"],
        ["out", "scaleOutCooldown"],
      ] as const) {
        const own = find(cooldown, from);
        if (own && only && secondsIn(own) !== undefined) {
          copy(["autoscaling", to], "seconds")(own, draft, `${key}.cooldown.${from}`);
        } else if (own) {
          const reason = "all scaling targets of a service share one cooldown";
          draft.list(
            own,
            `${key}.cooldown.${from}`,
            reason,
            "set scaleInCooldown and scaleOutCooldown for all",
          );
        }
      }
    });
  };
}
