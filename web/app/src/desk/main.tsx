import { lazy, Route, Router } from "preact-iso";
import { NotFound } from "../ui/NotFound";
import { start } from "../ui/start";
import { Shell } from "./Shell";

const Work = lazy(() => import("./tasks"));
const Score = lazy(() => import("./office/ScorePage"));
const Units = lazy(() => import("./office/UnitsPage"));
const Moderation = lazy(() => import("./control/ModerationPage"));
const People = lazy(() => import("./control/PeoplePage"));
const Waivers = lazy(() => import("./control/WaiversPage"));

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
