import { longestJobMinutes } from "../forecast/wait";

/**
 * What the release pointer and the release record say together. CI writes both: the pointer when a release is verified,
 * the record before it touches the service and when it has ended, whatever came of it.
 */

/** Either parameter's value before the first release. SSM does not allow an empty one. */
export const unreleased = "unreleased";

/** Where the parameters of a service are. Fixed, because CI and people look for it. */
export function releasePath(project: string, stack: string, service: string): string {
  return `/slipway/${project}/${stack}/${service}`;
}

/** The values of the two parameters; undefined where one is not there. */
export interface ReleaseParameters {
  readonly pointer: string | undefined;
  /** `<image>`, and while a release is under way `<image> <deadline> <URL of the run>`. */
  readonly record: string | undefined;
}

/** Which of the two says something. */
export type ParameterRole = keyof ReleaseParameters;

/** A release that has begun and not said that it ended. */
export interface UnderWay {
  readonly run: string;
  /** By then the run is over: GitHub ends it. */
  readonly deadline: Date;
}

export interface Release {
  /** The image that CI last verified, or nothing before the first release. */
  readonly image: string | undefined;
  /** Which parameter the image comes from. */
  readonly from?: ParameterRole;
  readonly underWay?: UnderWay;
  /** What somebody should know of, and how to mend it. */
  readonly warning?: string;
}

/** Throws {@link DistrustedError} where the record cannot come from a workflow of GitHub's. */
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
      warning: `The release pointer holds no release, the release record does: the pointer was lost. ${using(image)} The next release writes the pointer again; the workflow run by hand with the image's tag does so without a build.`,
    };
  }
  return found;
}

/** GitHub ends every job by then, and clocks may differ a little. https://docs.github.com/en/actions/reference/limits */
const longestRunMinutes = longestJobMinutes + 5;

function releaseRun(run: string, deadlineText: string, now: Date, image: string | undefined) {
  const deadline = new Date(deadlineText);
  if (!/^https:\/\/[\w.-]+(?::\d+)?\/[\w.-]+\/[\w.-]+\/actions\/runs\/\d+$/.test(run)) {
    throw new DistrustedError(
      "record",
      `it names ${JSON.stringify(run)} as the run of a release, and that is no run of a workflow`,
    );
  }
  if (deadline.getTime() - now.getTime() > longestRunMinutes * 60_000) {
    throw new DistrustedError(
      "record",
      `it says that ${run} may last until ${utc(deadline)}, and GitHub ends a job after ${longestJobMinutes} minutes`,
    );
  }
  if (now < deadline) {
    return { underWay: { run, deadline } };
  }
  return {
    warning: `The release ${run} never said that it ended, and its time is over${Number.isNaN(deadline.getTime()) ? "" : ` since ${utc(deadline)}`}. ${using(image)} The next release mends this.`,
  };
}

/** A parameter holds what no workflow of this service writes. */
export class DistrustedError extends Error {
  constructor(
    readonly parameter: ParameterRole,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** Whether an image is one of a repository, by tag or by digest. https://github.com/distribution/reference */
export function isImageOf(repositoryUrl: string, image: string): boolean {
  return (
    image.startsWith(repositoryUrl) &&
    /^(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})$/.test(
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

/** To the second, as the workflow writes it. */
export function utc(date: Date): string {
  return date.toISOString().replace(/\.\d+/, "");
}

/** What the reading of a release needs from the world outside. */
export interface ReleaseSource {
  read(): Promise<ReleaseParameters>;
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
  info(message: string): void;
  warn(message: string): void;
}

const pollEvery = 3000;

/**
 * The released image. A release that is under way decides about the image and the newest revision: an update waits for
 * its end, a preview only says so.
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
    // Once for each run: another one may have begun in the meantime.
    if (waited !== underWay.run) {
      waited = underWay.run;
      source.info(
        `A release is under way: ${underWay.run}. This update goes on when it has ended, at ${utc(underWay.deadline)} at the latest.`,
      );
    }
  }
}

function duringRelease({ run, deadline }: UnderWay): string {
  return `A release is under way: ${run}. Until it has ended, this preview may show its revision as a change; an update waits for its end, at most until ${utc(deadline)}.`;
}
