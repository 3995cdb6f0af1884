export const frontendDefaults = { apiPaths: ["/api/*"] } as const;

/** The folder of the bucket that users see. */
export const liveFolder = "live";

/** The folder of the bucket with a folder for each released commit. */
export const releasesFolder = "releases";

/** The value of the release pointer before the first release. */
export const unreleased = "unreleased";

/**
 * The viewer-request function. It completes each path, because S3 finds only whole keys.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function rewriteFunction(singlePage: boolean): string {
  const rewrite = singlePage
    ? `  if (!request.uri.split("/").pop().includes(".")) {
    request.uri = "/index.html";
  }`
    : `  if (request.uri.endsWith("/")) {
    request.uri += "index.html";
  }`;
  return `function handler(event) {
  const request = event.request;
${rewrite}
  return request;
}
`;
}
