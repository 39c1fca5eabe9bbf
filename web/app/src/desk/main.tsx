import { Route, Router } from "preact-iso";
import { later } from "../ui/later";
import { NotFound } from "../ui/NotFound";
import { start } from "../ui/start";
import { Shell } from "./Shell";

const Work = later(() => import("./tasks"));
const Score = later(() => import("./office/ScorePage"));
const Units = later(() => import("./office/UnitsPage"));
const Moderation = later(() => import("./control/ModerationPage"));
const People = later(() => import("./control/PeoplePage"));
const Waivers = later(() => import("./control/WaiversPage"));

start(() => (
  <Shell>
    <Router>
      <Route path="/meja" component={Work} />
      <Route path="/meja/nilai" component={Score} />
      <Route path="/meja/unit" component={Units} />
      <Route path="/meja/moderasi" component={Moderation} />
      <Route path="/meja/orang" component={People} />
      <Route path="/meja/keringanan" component={Waivers} />
      <Route default component={NotFound} />
    </Router>
  </Shell>
));
