import { checkRange, checkString, checkUnique } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { CapacityProviderArgs } from "./settings";

type Args = Unchecked<CapacityProviderArgs>;

/** Returns what AWS would refuse. Only AWS knows the instance types: `find.ts` asks for them. */
export function checkCapacityProviders(
  providers: readonly (Args | undefined)[],
  path: string,
): Problem[] {
  return [
    ...providers.flatMap((args = {}, i) => checkProvider(args, `${path}[${i}]`)),
    ...checkUnique(
      providers.map((args) => args?.name),
      (i) => `${path}[${i}].name`,
      {
        allowed: (first) => `a name that no other capacity provider has: ${first} is the same`,
        fix: "rename one of them",
      },
    ),
  ];
}

function checkProvider(args: Args, path: string): Problem[] {
  const { minSize, maxSize } = args;
  return [
    ...checkString(`${path}.name`, args.name, {
      valid: /^(?!aws|ecs|fargate)[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/,
      allowed:
        "a letter, then at most 19 lower-case letters, digits and hyphens; not aws…, ecs… or fargate…, which ECS reserves",
      fix: "for example arm or spot",
    }),
    ...checkTypes(args.instanceTypes, `${path}.instanceTypes`),
    ...checkRange(`${path}.minSize`, minSize, [0, 5000], "instances"),
    ...checkRange(`${path}.maxSize`, maxSize, [1, 5000], "instances"),
    ...(minSize !== undefined && maxSize !== undefined && minSize > maxSize
      ? [
          {
            path: `${path}.minSize`,
            value: minSize,
            allowed: `at most maxSize, ${maxSize}`,
            fix: "lower minSize, or raise maxSize",
            reads: [`${path}.maxSize`],
          },
        ]
      : []),
    ...checkRange(`${path}.targetCapacity`, args.targetCapacity, [1, 100], "percent"),
    ...checkRange(
      `${path}.maxInstanceLifetimeInDays`,
      args.maxInstanceLifetimeInDays,
      [1, 365],
      "days",
    ),
    ...checkRange(`${path}.volumeSize`, args.volumeSize, [30, 16_384], "GiB; the image needs 30"),
  ];
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplate.html: at most 40 overrides. */
function checkTypes(types: Args["instanceTypes"], path: string): Problem[] {
  return [
    ...(types && (types.length === 0 || types.length > 40)
      ? [{ path, value: types, allowed: "1 to 40 instance types", fix: "for example [t4g.medium]" }]
      : []),
    ...(types ?? []).flatMap((type, i) =>
      checkString(`${path}[${i}]`, type, {
        valid: /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/,
        allowed: "the name of an instance type: family and size",
        fix: "for example t4g.medium",
      }),
    ),
    ...checkUnique(types ?? [], (i) => `${path}[${i}]`, {
      allowed: (first) => `each instance type once: ${first} is the same`,
      fix: "remove one of them",
    }),
  ];
}
