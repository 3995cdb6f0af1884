import { connectionOf } from "../../../sandbox/plugins/aws/context";

/** For tests that make no call. */
export const environment = {
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  AWS_ACCESS_KEY_ID: "nobody",
  AWS_SECRET_ACCESS_KEY: "nobody",
};

export const nowhere = connectionOf(environment);
