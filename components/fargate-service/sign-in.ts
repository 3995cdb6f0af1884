import { SignIn } from "../sign-in";
import type { ServiceContext } from "./context";

/** How users sign in; undefined if they do not. */
export function signInOf({ name, service, front, opts }: ServiceContext): SignIn | undefined {
  const { signIn, rule } = service;
  return signIn && front && new SignIn(name, { signIn, rule, url: front.url }, opts);
}
