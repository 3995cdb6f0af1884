/**
 * Runs a bundle. V8's compilation takes a third of a process's start, so the first process stores the compiled code next to the bundle.
 * Node.js has this from version 22 on: https://nodejs.org/api/module.html#moduleenablecompilecachecachedir
 */
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { dirname } = require("node:path");
const { Script } = require("node:vm");

/** The engine kills its plugins, so they do not wait for their end. */
const STORE_AFTER_MS = 1000;

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

module.exports = (file) => {
  const stored = `${file}.compiled`;
  const source = readFileSync(file, "utf8").replace(/^#!.*/, "");
  const cachedData = orNothing(() => readFileSync(stored));
  const script = new Script(wrap(source), { filename: file, cachedData });
  // V8 rejects the code of another version of Node.js.
  if (script.cachedDataRejected !== false) storeLater(script, stored);
  const main = { exports: {} };
  script.runInThisContext()(main.exports, createRequire(file), main, file, dirname(file));
};

function storeLater(script, stored) {
  const own = `${stored}.${process.pid}`;
  const store = () =>
    orNothing(() => {
      writeFileSync(own, script.createCachedData());
      renameSync(own, stored);
    });
  process.once("exit", store);
  const storeNow = () => {
    process.off("exit", store);
    store();
  };
  setTimeout(storeNow, STORE_AFTER_MS).unref();
}

function orNothing(use) {
  try {
    return use();
  } catch {
    return undefined;
  }
}
