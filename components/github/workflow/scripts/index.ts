/**
 * The workflow's own steps: bash and the AWS CLI that GitHub's runners hold. They read nothing but environment
 * variables, so that no expression is ever pasted into a script.
 *
 * The AWS CLI reads a file where a value begins with `file://` or `fileb://`, takes a URL where it begins with `http`
 * (`awscli/paramfile.py`), and reads files in shorthand too (`key@=file://…`, `awscli/shorthand.py`). So each value is
 * checked before it is passed, and structures are passed as JSON.
 */
export { findImage } from "./find-image";
export { beginRelease, endRelease, keepImage, moveReleasePointer } from "./release";
export { reportCodeDeploy, reportFailure } from "./report";
export { verifyCodeDeploy, verifyDeployment, writeAppSpec } from "./verify";
