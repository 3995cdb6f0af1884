/**
 * The transpiler that ts-node uses for the program (tsconfig.json names it): TypeScript's own, whose results are kept. Unchanged
 * files then cost a read: a second less for each preview and update. The cache may be deleted at any time.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const ts = require("typescript");

const folder = join(__dirname, "..", "..", "node_modules", ".cache", "slipway");

exports.create = ({ service, nodeModuleEmitType }) => {
  const compilerOptions = service.config.options;
  const module = nodeModuleEmitType === "nodecjs" ? ts.ModuleKind.CommonJS : compilerOptions.module;
  const options = { ...compilerOptions, module };
  // Paths in the options are of this checkout, as is the cache.
  const settings = JSON.stringify([ts.version, options]);
  return {
    transpile(code, { fileName }) {
      const hash = createHash("sha256").update(`${settings}\0${fileName}\0${code}`).digest("hex");
      const file = join(folder, `${hash}.json`);
      try {
        return JSON.parse(readFileSync(file, "utf8"));
      } catch {
        const result = ts.transpileModule(code, {
          fileName,
          compilerOptions: options,
          reportDiagnostics: true,
        });
        if (!result.diagnostics?.length) keep(file, JSON.stringify(result));
        return result;
      }
    },
  };
};

/** Runs side by side may write the same file: each renames a whole one into place. A cache that cannot be written is none. */
function keep(file, text) {
  try {
    mkdirSync(folder, { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch {}
}
