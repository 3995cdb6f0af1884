/** The older name of CodeConnections, which has the lookup. */
import { getConnection } from "./codeconnections";

export const functions = [getConnection];
