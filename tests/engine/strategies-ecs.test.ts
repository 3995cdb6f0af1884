import { ecsCircuit } from "./circuits";
import { alongStrategies } from "./strategies";

alongStrategies("strategies-ecs", ecsCircuit, []);
