/** The stack that a workflow file belongs to. */
export interface Author {
  /** The Pulumi project. */
  readonly project: string;
  /** The stack. */
  readonly stack: string;
}

/** The first lines of a workflow file, without the comment characters. */
export function header({ project, stack }: Author): string {
  return ` Written by Slipway with every \`pulumi up\` of the stack ${stack} of the project ${project}.\n Changes belong in the stack's configuration: the next update overwrites this file.`;
}

const pattern =
  /^# Written by Slipway with every `pulumi up` of the stack (\S+?)(?: of the project (\S+))?\.$/m;

/** The stack that wrote a workflow file; undefined if the file has no header of Slipway. */
export function readHeader(
  content: string,
): { readonly stack: string; readonly project: string | undefined } | undefined {
  const [, stack, project] = pattern.exec(content) ?? [];
  return stack === undefined ? undefined : { stack, project };
}
