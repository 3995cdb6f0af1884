import { closeSandbox } from "./harness";

/** The sandbox of the engine tests ends with the run. */
export const mochaHooks = {
  async afterAll(this: Mocha.Context) {
    this.timeout(60_000);
    await closeSandbox();
  },
};
