/** Everything that makes the program start faster. ts-node loads this before the program (tsconfig.json). */
require("./stacks.cjs");
require("./arborist.cjs");
require("./debug-messages.cjs");
