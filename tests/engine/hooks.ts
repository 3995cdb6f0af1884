import { closeSandbox } from "./harness";

/** The sandbox of a file of engine tests ends with it: files that run side by side are runs of their own to mocha. */
export const mochaHooks = {
  async afterAll(this: Mocha.Context) {
    this.timeout(60_000);
    await closeSandbox();
  },
};
