/**
 * `T` before its checks: any value can be missing, and a list can have gaps. The checks read this type, so that a missing or
 * unusable value does not hide the mistakes in the other values.
 */
export type Unchecked<T> = T extends readonly (infer Item)[]
  ? readonly (Unchecked<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Unchecked<T[Key]> | undefined }
    : T;
