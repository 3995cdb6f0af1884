import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GitHubOidc, PreviewRole, UpdateRole } from "../../../../components/index";
import { only, run } from "../../../harness";
import { claims, type Mode, refusing, type Token, trusts } from "../trust/tokens";
import { attacks, type Role, runs } from "./attacks";

const page = join(__dirname, "../../../../docs/security.md");
const head = "| role | attack on previews and updates | refused by |\n| --- | --- | --- |\n";
const repository = {
  ...{ owner: "octo-org", name: "octo-app", id: 4242, ownerId: 77, defaultBranch: "main" },
};
const subjects = ["classic", "immutable"] as const;

/** The trust policy of a role, as the component writes it. */
async function policyOf(role: Role, settings: Mode["settings"] = "environment"): Promise<string> {
  const { resources } = await run(() => {
    const oidc = new GitHubOidc("github");
    const backend = { type: "pulumi-cloud", organization: "octo-org" } as const;
    const common = { oidc, repository, backend, stack: "dev" };
    if (role === "preview") {
      new PreviewRole("role", common);
      return;
    }
    const policies = ["arn:aws:iam::aws:policy/PowerUserAccess"];
    const environment = settings === "environment";
    new UpdateRole("role", { ...common, policies, branch: "main", environment });
  });
  return String(only(resources, "aws:iam/role:Role").inputs.assumeRolePolicy);
}

/** The claims of a token; without an environment, the update's job has none. */
function claimsIn(token: Token, { settings, subject }: Mode): Record<string, string> {
  const own = token.job === "update-slipway-dev";
  const job = own && settings === "repository" ? null : token.job;
  return claims({ ...token, job }, { settings, subject });
}

describe("the roles of previews and updates", () => {
  for (const subject of subjects) {
    describe(`with ${subject} subjects`, () => {
      for (const [role, title, token] of runs) {
        it(`trusts, for ${role}, ${title}`, async () => {
          for (const settings of ["environment", "repository"] as const) {
            const policy = await policyOf(role, settings);
            assert.equal(await trusts(policy, claimsIn(token, { settings, subject })), true);
          }
        });
      }
      for (const [role, title, token] of attacks) {
        it(`does not trust, for ${role}, ${title}`, async () => {
          for (const settings of ["environment", "repository"] as const) {
            const policy = await policyOf(role, settings);
            const sent = claimsIn(token, { settings, subject });
            assert.equal(await trusts(policy, sent), false, settings);
          }
        });
      }
    });
  }

  it("are attacked in at least 40 ways, each once", () => {
    const tokens = attacks.map(([role, , token]) => JSON.stringify([role, token]));
    assert.ok(tokens.length >= 40, `only ${tokens.length}`);
    assert.equal(new Set(tokens).size, tokens.length);
  });

  it("are described in docs/security.md: else UPDATE_SNAPSHOTS=1", async () => {
    const written = readFileSync(page, "utf8");
    assert.ok(written.includes(head), "docs/security.md has no such table");
    const [before = "", rest = ""] = written.split(head);
    const after = rest.replace(/^(?:\|.*\n)*/, "");
    const rows = await Promise.all(
      attacks.map(async ([role, title, token]) => {
        const mode = { settings: "environment", subject: "classic" } as const;
        const refused = await refusing(await policyOf(role), claimsIn(token, mode));
        return `| ${role} | ${title} | ${refused.map((claim) => `\`${claim}\``).join(", ")} |\n`;
      }),
    );
    const expected = `${before}${head}${rows.join("")}${after}`;
    if (process.env.UPDATE_SNAPSHOTS === "1" && !process.env.CI) writeFileSync(page, expected);
    assert.equal(readFileSync(page, "utf8"), expected);
  });
});
