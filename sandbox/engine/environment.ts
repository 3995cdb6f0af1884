/** The user's variables that a download or a build gets: paths and the network, no credentials. */
const NEEDED =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TMPDIR|XDG_.*|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|(CURL|REQUESTS)_CA_BUNDLE|PIP_.*|GO(AUTH|BIN|CACHE|ENV|MODCACHE|NOPROXY|PATH|PRIVATE|PROXY|ROOT|SUMDB|TOOLCHAIN))$/i;

export function buildEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => NEEDED.test(name)));
}
