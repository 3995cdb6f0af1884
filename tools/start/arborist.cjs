/**
 * Makes the program start faster. For functions that a program serializes (AWS Lambda), Pulumi loads npm's dependency resolver,
 * about 800 modules (`runtime/closure/codePaths.js` in @pulumi/pulumi). This program serializes none. So these load on first use.
 */
const { createRequire } = require("node:module");

const requireOfPulumi = createRequire(require.resolve("@pulumi/pulumi"));
const name = "@npmcli/arborist";

function load(file) {
  delete require.cache[file];
  return requireOfPulumi(file);
}

try {
  const file = requireOfPulumi.resolve(name);
  const exports = new Proxy(
    {},
    // Marked as an ES module: TypeScript's import helper returns such a module as it is, and copies all keys of others.
    { get: (_, key) => key === "__esModule" || Reflect.get(load(file), key) },
  );
  require.cache[file] ??= { id: file, filename: file, loaded: true, exports };
} catch {
  // A Pulumi version without the package needs no help.
}
