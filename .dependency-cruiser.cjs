/** Which folder may import from which, for `npm run lint`. CONTRIBUTING.md has the map. */

/** The folders of the library, from the ground up: each may import from those before it, and from packages. */
const floors = [
  "shared",
  "service",
  "forecast",
  "preview-comment",
  "network",
  "capacity",
  "cluster",
  "image-repository",
  "load-balancer",
  "frontend",
  "waf",
  "cloudfront",
  "sign-in",
  "storage",
  "service-connect",
  "database",
  "client-vpn",
  "notices",
  "deployment",
  "fargate-service",
  "dashboard",
  "release",
  "github",
  "codepipeline",
  "config",
  "stack",
  "automation",
];

const mayImport = (name, comment, folder, allowed) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^${folder}/` },
  to: { dependencyTypesNot: ["core"], pathNot: `^(?:${[folder, ...allowed].join("|")})/` },
});
const ofLibrary = (names) => names.map((name) => `components/${name}`);

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "Move what both files need into a third file.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-circular-folders",
      comment: "Two folders that need each other are one folder, or a third one is missing.",
      severity: "error",
      scope: "folder",
      from: { path: "^(?:components|config|tools)" },
      to: { circular: true },
    },
    ...floors.map((name, floor) =>
      mayImport(`floor-${name}`, "Arrows go down only.", `components/${name}`, [
        ...ofLibrary(floors.slice(0, floor)),
        // What a service is, and the model of its deployments, need neither AWS nor Pulumi.
        ...(["service", "forecast", "preview-comment"].includes(name) ? [] : ["node_modules"]),
      ]),
    ),
    {
      name: "no-zod",
      comment:
        "Programs that only use the components must start fast: slipway/automation has what parses.",
      severity: "error",
      from: { path: "^components/index\\.ts$" },
      to: { path: "^node_modules/zod/", reachable: true },
    },
    mayImport("library", "The library needs nothing of the project.", "components", [
      "node_modules",
    ]),
    mayImport("configuration", "The configuration needs the library alone.", "config", [
      "components",
      "node_modules",
    ]),
    mayImport("tools", "Users run the tools without the sandbox.", "tools", [
      "components",
      "config",
      "node_modules",
    ]),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^components/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
