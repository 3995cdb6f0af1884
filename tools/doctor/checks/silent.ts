import type { Answer } from "../../../components/github/lookup/ask";
import { unknown, type Verdict } from "../check";

/** The verdict if GitHub does not answer. */
export function silent({ code, message }: Answer, permission: string): Verdict {
  return code === 403 || code === 404
    ? unknown(
        "the token may not read this",
        `give the token ${permission}, or check it yourself on GitHub`,
      )
    : unknown(`GitHub did not answer: ${code ?? ""} ${message}`.trim(), "try again");
}
