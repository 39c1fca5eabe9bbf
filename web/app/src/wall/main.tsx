import { start } from "../ui/start";
import { WallPage } from "./WallPage";

start(WallPage);
