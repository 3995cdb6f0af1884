/**
 * Changes the arguments of one child, for settings that the component has no argument for. The function gets the arguments
 * that the component would pass, and returns the arguments to use.
 */
export type Transform<Args> = (args: Args) => Args;

export function transformed<Args>(transform: Transform<Args> | undefined, args: Args): Args {
  return transform ? transform(args) : args;
}
