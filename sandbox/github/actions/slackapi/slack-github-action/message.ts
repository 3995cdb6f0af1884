/** Slack's rules for the messages of an incoming webhook, as far as Slipway uses them: https://docs.slack.dev/reference/block-kit/blocks */
import { z } from "zod";

const text = (type: "plain_text" | "mrkdwn", most: number) =>
  z.strictObject({ type: z.literal(type), text: z.string().min(1).max(most) });
const anyText = (most: number) => z.union([text("plain_text", most), text("mrkdwn", most)]);

const block = z.union([
  z.strictObject({ type: z.literal("header"), text: text("plain_text", 150) }),
  z.strictObject({ type: z.literal("section"), text: anyText(3000) }),
  z.strictObject({ type: z.literal("section"), fields: z.array(anyText(2000)).min(1).max(10) }),
]);

const message = z.strictObject({ text: z.string().min(1), blocks: z.array(block).max(50) });

/** Slack's error for the message; undefined if it accepts it. */
export function messageProblem(payload: unknown): string | undefined {
  if (typeof payload !== "object" || payload === null) return "invalid_payload";
  const { success, error } = message.safeParse(payload);
  return success ? undefined : `invalid_blocks (${error.issues[0]?.path.join(".")})`;
}
