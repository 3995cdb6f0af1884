/** A static site in a private bucket, behind the same CloudFront distribution as the services. */
export interface FrontendSettings {
  /** Commands for bash that build the site, in the repository's root: `npm ci && npm run build`. They have no access to AWS. */
  readonly buildCommand: string;
  /** The folder with the result, relative to the repository's root: `dist`. It has an `index.html`. */
  readonly outputDirectory: string;
  /** `owner/name` of the repository with the site's code. @default github.repository */
  readonly repository?: string;
  /** The version of Node.js for the build: `24`. @default the runner's */
  readonly nodeVersion?: string;
  /** The label of the runner that builds. @default "ubuntu-24.04" */
  readonly runsOn?: string;
  /**
   * Deploys only if a push, or a merged pull request, changes a file that matches one of GitHub's path patterns: `web/**`.
   * @default every push deploys
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
   */
  readonly paths?: readonly string[];
  /**
   * The paths that go to the services; all others go to the site. `*` matches any characters, `?` one.
   * @default ["/api/*"]
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
   */
  readonly apiPaths?: readonly string[];
  /**
   * Whether `/index.html` answers every path without a dot in its last part, for an application that handles its paths in the
   * browser. If false, `index.html` of the folder answers a path that ends with a slash.
   * @default false
   */
  readonly singlePage?: boolean;
  /**
   * Files whose names change with their content, relative to `outputDirectory`: `assets/*`. Browsers keep them for a year. They ask for
   * all other files each time, and CloudFront answers from its cache.
   * @default none
   */
  readonly immutablePaths?: readonly string[];
}
