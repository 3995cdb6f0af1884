import { note, runStandIn, setOutput } from "../../stand-in";

runStandIn(async () => {
  note("builders", "docker-container");
  setOutput("driver", "docker-container");
});
