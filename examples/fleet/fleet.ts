import type { StackArgs } from "slipway/automation";

/** The services of each team. A team has a repository, with a folder for each service, and a stack. */
const teams = {
  accounts: ["login", "profile", "sessions", "tokens", "audit", "consent"],
  catalog: ["products", "prices", "stock", "images", "reviews", "brands"],
  checkout: ["cart", "orders", "payments", "invoices", "refunds", "taxes"],
  media: ["upload", "resize", "transcode", "captions", "thumbnails", "streams"],
  search: ["query", "suggest", "indexer", "synonyms", "ranking", "filters"],
};

/** Thirty services in five stacks. */
export const fleet: readonly StackArgs[] = Object.entries(teams).map(([team, names]) => ({
  stack: team,
  project: "fleet",
  config: {
    "aws:region": "eu-central-1",
    github: {
      repository: `octo-org/${team}`,
      trigger: { type: "push", branch: "main" },
      identityProvider: "adopt",
    },
    services: names.map((name) => ({
      name,
      port: 8080,
      rule: { pathPatterns: [`/${name}/*`] },
      build: { context: name, paths: [`${name}/**`] },
    })),
  },
}));
