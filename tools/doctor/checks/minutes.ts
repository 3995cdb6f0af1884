import type { Answer, Ask } from "../../../components/github/lookup/ask";
import { good, unknown, type Verdict } from "../check";
import { silent } from "./silent";

interface Minutes {
  readonly repository: Answer;
  readonly owner?: Answer;
  readonly usage?: Answer;
}

/** The fields that are used of https://docs.github.com/en/rest/billing/usage */
interface UsageBody {
  readonly usageItems?: readonly {
    readonly product: string;
    readonly unitType: string;
    readonly quantity: number;
  }[];
}

/** The minutes of a month by plan: https://docs.github.com/en/billing/reference/product-usage-included */
const included: Readonly<Record<string, number>> = {
  ...{ free: 2000, pro: 3000, team: 3000 },
  ...{ business: 50_000, enterprise: 50_000 },
};

export async function askMinutes(ask: Ask, fullName: string, now: Date): Promise<Minutes> {
  const repository = await ask(`repos/${fullName}`);
  const { private: isPrivate, owner } = (repository.body ?? {}) as {
    private?: boolean;
    owner?: { login: string; type: string };
  };
  if (repository.code !== 200 || !isPrivate || !owner) {
    return { repository };
  }
  const query = `year=${now.getUTCFullYear()}&month=${now.getUTCMonth() + 1}`;
  const isUser = owner.type === "User";
  const place = isUser ? `users/${owner.login}` : `organizations/${owner.login}`;
  const [plan, usage] = await Promise.all([
    ask(isUser ? "user" : `orgs/${owner.login}`),
    ask(`${place}/settings/billing/usage?${query}`),
  ]);
  return { repository, owner: plan, usage };
}

/** The labels of GitHub's own runners begin with the system's name. */
export function isHosted(
  services: readonly { readonly build?: { readonly runsOn?: string } }[],
): boolean {
  return services.some(({ build }) =>
    /^(?:ubuntu|windows|macos)-/.test(build?.runsOn ?? "ubuntu-"),
  );
}

export function judgeMinutes(
  fullName: string,
  hosted: boolean,
  { repository, owner, usage }: Minutes,
): Verdict {
  if (!hosted) {
    return good("the workflows run on your own runners");
  }
  if (repository.code !== 200) {
    return silent(repository, "read access to Metadata");
  }
  if (!(repository.body as { private?: boolean }).private) {
    return good("they are free for a public repository");
  }
  const login = fullName.split("/")[0] ?? "";
  const { plan } = (owner?.body ?? {}) as { plan?: { name?: string } };
  const limit = included[plan?.name ?? ""];
  const page = `the billing settings of ${login} on GitHub`;
  if (usage?.code !== 200 || limit === undefined) {
    return unknown(
      `the token may not read the plan and the usage of ${login}`,
      `check ${page}, or use an owner's token with read access to Administration (for a user: to Plan)`,
    );
  }
  const items = (usage.body as UsageBody).usageItems ?? [];
  const used = Math.ceil(
    items
      .filter(({ product, unitType }) => /^actions$/i.test(product) && /^minutes$/i.test(unitType))
      .reduce((sum, { quantity }) => sum + quantity, 0),
  );
  const says = `${used} of the ${limit} minutes of the plan ${plan?.name} are used this month`;
  return used < limit
    ? good(says)
    : unknown(
        `${says}: GitHub bills further minutes, or refuses them without a budget`,
        `check ${page}`,
      );
}
