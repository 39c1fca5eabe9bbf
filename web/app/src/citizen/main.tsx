import { lazy, Route, Router } from "preact-iso";
import { NotFound } from "../ui/NotFound";
import { startLater } from "../lapor/later";
import { start } from "../ui/start";
import { Home } from "./Home";

const Lapor = lazy(() => import("../lapor/Lapor").then((module) => module.Lapor));
const MyReports = lazy(() => import("../mine/MyReports").then((module) => module.MyReports));

start(() => (
  <Router>
    <Route path="/" component={Home} />
    <Route path="/lapor" component={Lapor} />
    <Route path="/laporan" component={MyReports} />
    <Route default component={NotFound} />
  </Router>
));

startLater();
