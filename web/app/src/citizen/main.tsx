import { lazy, Route, Router } from "preact-iso";
import { hideToken } from "../account/links";
import { NotFound } from "../ui/NotFound";
import { startLater } from "../lapor/later";
import { start } from "../ui/start";
import { Home } from "./Home";

const Lapor = lazy(() => import("../lapor/Lapor").then((module) => module.Lapor));
const MyReports = lazy(() => import("../mine/MyReports").then((module) => module.MyReports));
const SignIn = lazy(() => import("../account/SignIn"));
const SignUp = lazy(() => import("../account/SignUp"));
const Forgotten = lazy(() => import("../account/Forgotten"));
const Account = lazy(() => import("../account/Account"));

hideToken();
start(() => (
  <Router>
    <Route path="/" component={Home} />
    <Route path="/lapor" component={Lapor} />
    <Route path="/laporan" component={MyReports} />
    <Route path="/masuk" component={SignIn} />
    <Route path="/daftar" component={SignUp} />
    <Route path="/sandi" component={Forgotten} />
    <Route path="/akun/:page?" component={Account} />
    <Route default component={NotFound} />
  </Router>
));

startLater();
