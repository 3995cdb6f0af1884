/** `T` with a value for every argument. Arguments in `Off` may stay undefined, which turns them off. */
export type Resolved<T, Off extends keyof T = never> = Required<Omit<T, Off>> &
  Readonly<Pick<T, Off>>;
