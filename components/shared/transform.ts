/**
 * The way out for what a component has no argument for: gets the arguments of one child as the component would pass
 * them, and returns those to pass instead.
 */
export type Transform<Args> = (args: Args) => Args;

export function transformed<Args>(transform: Transform<Args> | undefined, args: Args): Args {
  return transform ? transform(args) : args;
}
