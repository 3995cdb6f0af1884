import { note, runAction, setOutput } from "../../action";

runAction(async () => {
  note("builders", "docker-container");
  setOutput("driver", "docker-container");
});
