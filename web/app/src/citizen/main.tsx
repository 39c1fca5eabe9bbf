import { Route, Router } from "preact-iso";
import { NotFound } from "../ui/NotFound";
import { start } from "../ui/start";
import { Home } from "./Home";

start(() => (
  <Router>
    <Route path="/" component={Home} />
    <Route default component={NotFound} />
  </Router>
));
