import { duration, usd } from "../forecast/format";
import { monthlyCost } from "./cost";
import { propertyChanges } from "./difference";
import { readEvents } from "./events";
import { code, codeBlock, details, htmlCode } from "./markdown";
import { type Change, nameOf, operations, type Plan, planOf } from "./plan";

/** The input of {@link renderPreview}. */
export interface PreviewCommentArgs {
  /** The stack that was previewed. */
  readonly stack: string;
  /** The output of `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true: one event a line. */
  readonly events: string;
  /**
   * The longest result, in characters. GitHub refuses comments above 65,536.
   * @default 65000
   */
  readonly limit?: number;
}

/** The part of the comment about one stack: what its update would do, as Markdown. */
export function renderPreview({ stack, events, limit = 65_000 }: PreviewCommentArgs): string {
  const plan = planOf(readEvents(events));
  const head = [
    ...warning(plan),
    ...problems(plan, Math.min(3000, Math.floor(limit / 4))),
    ...forecast(plan),
  ];
  const first = `### Preview of ${code(stack)}: ${title(plan)}`;
  return fitted(first, head, plan.changes, { limit, stack });
}

/** `1 to replace, 4 to update` */
function title({ changes, failed }: Plan): string {
  const counts = operations.flatMap((operation) => {
    const number = changes.filter((change) => change.operation === operation).length;
    return number > 0 ? [`${number} to ${operation}`] : [];
  });
  const found = counts.length > 0 ? counts.join(", ") : "no changes";
  return failed ? ["failed", ...counts].join(", ") : found;
}

/** https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts */
function warning({ changes }: Plan): string[] {
  const count = changes.filter(({ destroys }) => destroys).length;
  const what = count === 1 ? "an existing object" : `${count} existing objects`;
  return count > 0
    ? [`> [!CAUTION]\n> This update destroys ${what}, marked ${danger.trim()} below.`]
    : [];
}

/** Each problem has at most `longest` characters: a stack trace would hide everything else. */
function problems({ errors, warnings, violations, failed }: Plan, longest: number): string[] {
  const block = (text: string) => codeBlock("text", shortened(text, longest));
  const policies = violations.map(
    ({ enforcementLevel, policyPackName, policyName, message, resourceUrn }) =>
      `**Policy** (${code(enforcementLevel)}) ${code(`${policyPackName}/${policyName}`)}${
        resourceUrn ? ` of ${code(nameOf(resourceUrn))}` : ""
      }\n\n${block(message.trim())}`,
  );
  const failure = failed && errors.length === 0 ? ["The preview ended without a result."] : [];
  return [
    ...errors.map((text) => `**Error**\n\n${block(text)}`),
    ...failure,
    ...policies,
    ...warnings.map((text) => details("Warning", block(text))),
  ];
}

/** What the stack costs, and how long a deployment takes: before and after. */
function forecast({ steps, failed, changes }: Plan): string[] {
  if (failed || changes.length === 0) {
    return [];
  }
  const { before, after } = monthlyCost(steps);
  const onEc2 = steps.some(({ type }) => type === "aws:autoscaling/group:Group");
  const notCounted = onEc2 ? "traffic, logs and EC2 instances" : "traffic and logs";
  const cost =
    after > 0 || before > 0
      ? [
          `**Cost**: ${usd(after)} a month${difference(before, after)}, at the list prices of us-east-1, without ${notCounted}`,
        ]
      : [];
  const deployments = steps
    .filter(({ type, op }) => type === "slipway:fargate-service:FargateService" && op !== "delete")
    .flatMap(({ urn }) => deployment(urn, steps));
  return [...cost, ...deployments.sort()];
}

function difference(before: number, after: number): string {
  const change = after - before;
  if (before === 0 || Math.abs(change) < 0.005) {
    return before === 0 ? "" : ", as before";
  }
  return `, ${usd(Math.abs(change))} ${change > 0 ? "more" : "less"} than before`;
}

function deployment(urn: string, steps: readonly Plan["steps"][number][]): string[] {
  const step = steps.find((one) => one.urn === urn);
  const before = seconds(step?.old?.outputs);
  const after = seconds(step?.new?.outputs);
  if (after === undefined) {
    return [];
  }
  const was = before === undefined || before === after ? "" : `, before ${duration(before)}`;
  const extra = Number(step?.new?.outputs?.extraCost);
  const cost = extra > 0 ? `, and costs ${usd(extra)} for its additional tasks` : "";
  return [`A **deployment** of ${code(nameOf(urn))} takes ${duration(after)}${was}${cost}`];
}

function seconds(outputs?: Readonly<Record<string, unknown>>): number | undefined {
  const value = outputs?.expectedSeconds;
  return typeof value === "number" ? value : undefined;
}

/** A change with its values, if it has some. */
interface Entry {
  readonly line: string;
  readonly full: string;
}

interface Page {
  readonly limit: number;
  readonly stack: string;
}

/** All changes as lines, and the values of as many as the limit allows: the most dangerous first. Says what is left out. */
function fitted(
  first: string,
  head: readonly string[],
  changes: readonly Change[],
  { limit, stack }: Page,
): string {
  const leftOut = (messages: number, lines: number, values: number) => {
    const what = [
      ...(messages > 0 ? [count(messages, "message")] : []),
      ...(lines > 0 ? [count(lines, "change")] : []),
      ...(values > 0 ? [`the values of ${count(values, "resource")}`] : []),
    ];
    return what.length === 0
      ? []
      : [
          `> Left out, because GitHub limits comments: ${what.join(", ")}. ${code(`pulumi preview --diff --stack ${stack}`)} shows everything.`,
        ];
  };
  const [longestNote = ""] = leftOut(head.length || 1, changes.length || 1, changes.length || 1);
  let left = limit - first.length - longestNote.length - 100;
  const takeAll = <T>(items: readonly T[], least: number, size: (item: T) => number) =>
    items.filter((item) => {
      const fits = left - size(item) >= least;
      left -= fits ? size(item) : 0;
      return fits;
    });
  // Messages use at most half of the room, so that the changes fit.
  const messages = takeAll(head, Math.floor(left / 2), (block) => block.length + 2);
  const few = changes.length <= fewChanges;
  const all = changes.map((change) => entryOf(change, few));
  const entries = takeAll(all, 0, ({ line }) => line.length + 2);
  const detailed = takeAll(entries, 0, ({ line, full }) => full.length - line.length);
  const shown = entries.map((entry) => (detailed.includes(entry) ? entry.full : entry.line));
  const note = leftOut(
    head.length - messages.length,
    changes.length - entries.length,
    entries.length - detailed.length,
  );
  return [first, ...messages, joined(shown), ...note].filter((text) => text !== "").join("\n\n");
}

/** The longest list that is shown unfolded. */
const longestList = 12;

/** Joins the lines without values to lists, and folds the long ones. */
function joined(parts: readonly string[]): string {
  const blocks: string[][] = [];
  for (const part of parts) {
    const last = blocks.at(-1);
    if (last && isLine(part) && isLine(last.at(-1))) {
      last.push(part);
    } else {
      blocks.push([part]);
    }
  }
  return blocks
    .map((block) => {
      const list = block.join("\n");
      const folds = block.length > longestList && !list.includes(danger);
      return folds ? details(`<b>${count(block.length, "resource")}</b>`, list) : list;
    })
    .join("\n\n");
}

function isLine(part = ""): boolean {
  return part.startsWith("- ");
}

const danger = "⚠️ ";

/** The most lines of values that are shown unfolded. Only if something is destroyed, or if there are few changes. */
const shortest = 6;
const fewChanges = 10;

function entryOf({ operation, destroys, type, name, step }: Change, few: boolean): Entry {
  const mark = destroys ? danger : "";
  const because = operation === "replace" ? [...(step.keys ?? [])].sort() : [];
  const keeps = operation === "replace" && !destroys ? "; the old one stays" : "";
  const line = `- ${mark}**${operation}** ${code(type)} ${code(name)}${
    because.length > 0 ? `, because of ${because.map(code).join(", ")}` : ""
  }${keeps}`;
  const lines = operation === "update" || operation === "replace" ? propertyChanges(step) : [];
  if (lines.length === 0) {
    return { line, full: line };
  }
  const summary = `${mark}<b>${operation}</b> ${htmlCode(type)} ${htmlCode(name)}${
    because.length > 0 ? `, because of ${because.map(htmlCode).join(", ")}` : ""
  }${keeps}`;
  const open = (destroys || few) && lines.length <= shortest;
  return { line, full: details(summary, codeBlock("diff", lines.join("\n")), open) };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}\n… (${text.length} characters)`;
}
