/**
 * The workflow's scripts. They use bash and the AWS CLI of GitHub's runners. They read only environment variables, so a script
 * never contains an expression.
 *
 * The AWS CLI reads a file if a value starts with `file://` or `fileb://`, requests a URL if it starts with `http`
 * (`awscli/paramfile.py`), and also reads files in shorthand syntax (`key@=file://…`, `awscli/shorthand.py`). So each script
 * checks values before it passes them, and passes structures as JSON.
 */
export { findImage } from "./find-image";
export { beginRelease, endRelease, keepImage, moveReleasePointer } from "./release";
export { reportCodeDeploy, reportFailure, summarize } from "./report";
export { checkTestedCommit } from "./tested-commit";
export { measureTime, noteTime } from "./time";
export { verifyCodeDeploy, verifyDeployment, writeAppSpec } from "./verify";
