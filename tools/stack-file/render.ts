import { Document, isMap, isPair, isScalar, isSeq, type Node } from "yaml";

/** A comment beside a key, or above it if the text is long or has several lines. */
export interface Note {
  /** The key's path below `config`: `["slipway:services", 0, "port"]`. */
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** A stack file, `Pulumi.<stack>.yaml`, as data. */
export interface StackFile {
  /** What the file describes: the first comment. */
  readonly title: string;
  /** The values by their key with its namespace. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly notes?: readonly Note[];
  /** The keys of Pulumi itself, for example `encryptionsalt`. @default none */
  readonly other?: Readonly<Record<string, unknown>>;
}

/** Longer comments go above their key. */
const widest = 70;

/** The first line of every stack file: editors complete and check its keys. */
const schemaLine = " yaml-language-server: $schema=config/stack-file.schema.json";

export function renderStackFile({ title, config, notes = [], other = {} }: StackFile): string {
  // Pulumi's parser reads `yes` and `012` as YAML 1.1 does in some places, so strings like these get quotes.
  const options = { aliasDuplicateObjects: false, compat: "yaml-1.1" } as const;
  const document = new Document({ ...other, config }, options);
  document.commentBefore = [schemaLine, ...lines(title)].join("\n");
  for (const note of notes) {
    addNote(document, note);
  }
  // Without the blank line that separates the comment of a document from its content.
  return document.toString({ lineWidth: 0 }).replace(/^((?:#.*\n)+)\n/, "$1");
}

function addNote(document: Document, { path, text }: Note): void {
  const parent = document.getIn(["config", ...path.slice(0, -1)], true);
  const key = path.at(-1);
  const comment = lines(text);
  const pair = isMap(parent) ? parent.items.find((item) => keyOf(item.key) === key) : undefined;
  const item = isSeq(parent) && typeof key === "number" ? parent.items[key] : undefined;
  if (!pair && !item) {
    throw new Error(`no key ${path.join(".")} for the comment ${text}`);
  }
  const value = (pair?.value ?? item) as Node | undefined;
  if (comment.length === 1 && text.length <= widest && isScalar(value)) {
    value.comment = comment[0] ?? "";
    return;
  }
  const before = (isPair(pair) ? pair.key : item) as Node;
  before.commentBefore = comment.join("\n");
}

function keyOf(key: unknown): unknown {
  return isScalar(key) ? key.value : key;
}

function lines(text: string): string[] {
  return text.split("\n").map((line) => (line === "" ? "" : ` ${line}`));
}
