import { lazy, Route, Router } from "preact-iso";
import { NotFound } from "../ui/NotFound";
import { start } from "../ui/start";
import { Shell } from "./Shell";

const Work = lazy(() => import("./work"));

start(() => (
  <Shell>
    <Router>
      <Route path="/meja" component={Work} />
      <Route default component={NotFound} />
    </Router>
  </Shell>
));
