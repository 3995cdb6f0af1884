import type { Watch } from "./alarms";
import { lengthOf } from "./rollback";
import type { Situation } from "./situation";
import type { Exposure, Phase } from "./types";

/** Returns how long a release that passes its checks but is bad answers users, and how many of their requests. */
export function exposureOf(
  situation: Situation,
  phases: readonly Phase[],
  watch: Watch | undefined,
): Exposure {
  const first = phases.find(({ traffic }) => traffic.new > 0);
  const startSeconds = first?.startSeconds ?? lengthOf(phases);
  // Nobody watches the alarms after the end of the deployment.
  const fires = watch && startSeconds + watch.seconds <= lengthOf(phases) ? watch : undefined;
  const noticed = startSeconds + (fires?.seconds ?? situation.assumed.noticeSeconds);
  const before = stretch(phases, startSeconds, noticed);
  const after = rollbackStretch(situation, phases, noticed);
  return {
    startSeconds,
    seconds: noticed - startSeconds + after.seconds,
    peakPercent: Math.max(before.peak, after.peak),
    fullTrafficSeconds: before.full + after.full,
    rollbackSeconds: after.seconds,
    noticedBy: fires?.by ?? "people",
    by: after.by,
  };
}

interface Stretch {
  readonly full: number;
  readonly peak: number;
}

/** The new release's share of the requests between two times. After the end of the deployment, it gets all requests. */
function stretch(phases: readonly Phase[], from: number, to: number): Stretch {
  let full = Math.max(0, to - Math.max(from, lengthOf(phases)));
  let peak = full > 0 ? 100 : 0;
  for (const { startSeconds, seconds, traffic } of phases) {
    const inside = Math.min(to, startSeconds + seconds) - Math.max(from, startSeconds);
    if (inside > 0) {
      full += (inside * traffic.new) / 100;
      peak = Math.max(peak, traffic.new);
    }
  }
  return { full, peak };
}

function rollbackStretch(
  { strategy, assumed }: Situation,
  phases: readonly Phase[],
  noticed: number,
): Stretch & { readonly seconds: number; readonly by: Exposure["by"] } {
  const at = phases.find((phase) => noticed < phase.startSeconds + phase.seconds);
  const share = at?.traffic.new ?? 100;
  // While the old tasks still run, a change of weights is enough.
  if (strategy.type !== "rolling" && at !== undefined && at.old.healthy > 0) {
    const seconds = assumed.shiftSeconds;
    return { seconds, full: (seconds * share) / 100, peak: share, by: "weights" };
  }
  let full = 0;
  let seconds = 0;
  for (const back of phases.filter(({ traffic }) => traffic.new < 100)) {
    full += (back.seconds * Math.min(share, 100 - back.traffic.new)) / 100;
    seconds = back.startSeconds + back.seconds;
  }
  return { seconds, full, peak: share, by: "a new deployment" };
}
