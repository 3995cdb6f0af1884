import { checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";

/** A DNS name, or a wildcard for the names below one. */
export const domainName =
  /^(?=.{1,253}$)(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i;

/** @param path the path of the settings that have `zone` */
export function checkInZone(
  name: string | undefined,
  zone: string | undefined,
  at: string,
  path: string,
): Problem[] {
  return zone === undefined
    ? []
    : checkString(at, name, {
        valid: (text) => text === zone || text.endsWith(`.${zone}`),
        allowed: `a name in the zone ${zone}`,
        fix: "correct the name, or set zone to the hosted zone that contains it",
      }).map((problem) => ({ ...problem, reads: [`${path}.zone`] }));
}
