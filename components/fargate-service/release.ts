import { longestJobMinutes } from "../forecast/wait";

/**
 * Reads the state of a service's release from the release pointer and the release record. CI writes both: the pointer once a
 * release is verified, the record before the release changes the service and after it ends, whatever its result.
 */

/** The value of both parameters before the first release. SSM does not allow an empty value. */
export const unreleased = "unreleased";

/** The path of a service's parameters. It is fixed, because CI and people look for it. */
export function releasePath(project: string, stack: string, service: string): string {
  return `/slipway/${project}/${stack}/${service}`;
}

/** The values of the two parameters; undefined if a parameter does not exist. */
export interface ReleaseParameters {
  readonly pointer: string | undefined;
  /** `<image>`; while a release is running, `<image> <deadline> <URL of the run>`. */
  readonly record: string | undefined;
}

/** Identifies one of the two parameters. */
export type ParameterRole = keyof ReleaseParameters;

/** A release that has started and has not recorded its end. */
export interface UnderWay {
  readonly run: string;
  /** GitHub ends the run by this time. */
  readonly deadline: Date;
}

export interface Release {
  /** The image that CI last verified; undefined before the first release. */
  readonly image: string | undefined;
  /** Which parameter the image comes from. */
  readonly from?: ParameterRole;
  readonly underWay?: UnderWay;
  /** A problem, and how to fix it. */
  readonly warning?: string;
}

/** Throws {@link DistrustedError} if the record cannot come from a workflow on GitHub or from a pipeline. */
export function releaseOf({ pointer, record = unreleased }: ReleaseParameters, now: Date): Release {
  const [recorded, deadlineText = "", run = ""] = record.split(" ");
  const pointed = imageOf(pointer);
  const image = pointed ?? imageOf(recorded);
  const found = {
    image,
    ...(image && { from: pointed ? ("pointer" as const) : ("record" as const) }),
  };
  if (run) {
    return { ...found, ...releaseRun(run, deadlineText, now, image) };
  }
  if (image && !pointed) {
    return {
      ...found,
      warning: `The release pointer was lost: it contains no release, but the release record does. ${using(image)} The next release writes the pointer again. To write it without a build, run the workflow, or start the pipeline, by hand with the image's tag.`,
    };
  }
  return found;
}

/** GitHub ends every job by then, a pipeline has the same limit, and clocks may differ a little. https://docs.github.com/en/actions/reference/limits */
const longestRunMinutes = longestJobMinutes + 5;

/** The URLs of a workflow's run on GitHub, and of an execution in CodePipeline's console. */
const runs = [
  /^https:\/\/[\w.-]+(?::\d+)?\/[\w.-]+\/[\w.-]+\/actions\/runs\/\d+$/,
  /^https:\/\/[a-z0-9-]+\.console\.aws\.amazon\.com\/codesuite\/codepipeline\/pipelines\/[\w.@-]+\/executions\/[0-9a-f-]{36}\/timeline\?region=[a-z0-9-]+$/,
];

function releaseRun(run: string, deadlineText: string, now: Date, image: string | undefined) {
  const deadline = new Date(deadlineText);
  if (!runs.some((address) => address.test(run))) {
    throw new DistrustedError(
      "record",
      `it names ${JSON.stringify(run)} as the run of a release, which is neither the URL of a workflow run nor that of a pipeline execution`,
    );
  }
  if (deadline.getTime() - now.getTime() > longestRunMinutes * 60_000) {
    throw new DistrustedError(
      "record",
      `it says that ${run} may run until ${utc(deadline)}, but a release ends after ${longestJobMinutes} minutes`,
    );
  }
  if (now < deadline) {
    return { underWay: { run, deadline } };
  }
  return {
    warning: `The release ${run} did not record its end, and its deadline${Number.isNaN(deadline.getTime()) ? "" : ` (${utc(deadline)})`} has passed. ${using(image)} The next release corrects the record.`,
  };
}

/** A parameter has a value that no workflow of this service writes. */
export class DistrustedError extends Error {
  constructor(
    readonly parameter: ParameterRole,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** Whether an image, with a tag, a digest or both, belongs to a repository. https://github.com/distribution/reference */
export function isImageOf(repositoryUrl: string, image: string): boolean {
  return (
    image.startsWith(repositoryUrl) &&
    /^(?=[:@])(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/.test(
      image.slice(repositoryUrl.length),
    )
  );
}

function imageOf(value: string | undefined): string | undefined {
  return value && value !== unreleased ? value : undefined;
}

function using(image: string | undefined): string {
  return image ? `The image stays ${image}.` : "There is no released image yet.";
}

/** A time in UTC without milliseconds, as the workflow writes it. */
export function utc(date: Date): string {
  return date.toISOString().replace(/\.\d+/, "");
}

/** The side effects of {@link releasedImage}, so that tests can replace them. */
export interface ReleaseSource {
  read(): Promise<ReleaseParameters>;
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
  info(message: string): void;
  warn(message: string): void;
}

const pollEvery = 3000;

/**
 * The released image. A running release can change the image and the newest revision, so an update waits for its end, and a
 * preview warns.
 */
export async function releasedImage(
  source: ReleaseSource,
  isPreview: boolean,
): Promise<Pick<Release, "image" | "from">> {
  for (let waited: string | undefined; ; await source.sleep(pollEvery)) {
    const { underWay, warning, ...found } = releaseOf(await source.read(), source.now());
    if (!underWay || isPreview) {
      const message = underWay ? duringRelease(underWay) : warning;
      if (message) {
        source.warn(message);
      }
      return found;
    }
    // Once for each run: another release may have started since.
    if (waited !== underWay.run) {
      waited = underWay.run;
      source.info(
        `A release is running: ${underWay.run}. This update continues when it ends, at ${utc(underWay.deadline)} at the latest.`,
      );
    }
  }
}

function duringRelease({ run, deadline }: UnderWay): string {
  return `A release is running: ${run}. Until it ends, a preview may show its revision as a change. An update waits for its end, until ${utc(deadline)} at the latest.`;
}
