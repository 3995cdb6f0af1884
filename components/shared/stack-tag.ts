/** The tag of what only the previews of its own stack may read: `<project>/<stack>`. */
export const stackTag = "slipway:stack";
