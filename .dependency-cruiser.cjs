/** Which folder may import from which, for `npm run lint`. Arrows go down only; CONTRIBUTING.md has the map. */
const mayImport = (name, comment, folder, allowed) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^${folder}/` },
  to: { dependencyTypesNot: ["core"], pathNot: `^(?:${[folder, ...allowed].join("|")})/` },
});

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
    mayImport("ground-floor", "Shared code needs no capability.", "components/shared", [
      "node_modules",
    ]),
    mayImport("service-is-data", "What a service is needs no AWS.", "components/service", [
      "components/shared",
    ]),
    mayImport("forecast-is-a-model", "A forecast needs the service alone.", "components/forecast", [
      "components/service",
      "components/shared",
    ]),
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
