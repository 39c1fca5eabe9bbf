import { lazy, Route, Router } from "preact-iso";
import { hideToken } from "../account/links";
import { startLater } from "../lapor/later";
import { rememberPositions } from "../ui/arrival";
import { NotFound } from "../ui/NotFound";
import { start } from "../ui/start";
import Home from "./home/Home";
import { Shell } from "./Shell";

const Account = lazy(() => import("../account/Account"));
const BoardPage = lazy(() => import("./board/BoardPage"));
const Forgotten = lazy(() => import("../account/Forgotten"));
const Lapor = lazy(() => import("../lapor/Lapor").then((module) => module.Lapor));
const MyReports = lazy(() => import("../mine/MyReports").then((module) => module.MyReports));
const PlacePage = lazy(() => import("./places/PlacePage"));
const Places = lazy(() => import("./places/Places"));
const ReportPage = lazy(() => import("./report/ReportPage"));
const SignIn = lazy(() => import("../account/SignIn"));
const SignUp = lazy(() => import("../account/SignUp"));

hideToken();
rememberPositions();
start(() => (
  <Shell>
    <div class="slot">
      <Router>
        <Route path="/" component={Home} />
        <Route path="/lapor" component={Lapor} />
        <Route path="/laporan" component={MyReports} />
        <Route path="/laporan/:number" component={ReportPage} />
        <Route path="/kelurahan" component={Places} />
        <Route path="/kelurahan/:code" component={PlacePage} />
        <Route path="/peringkat" component={BoardPage} />
        <Route path="/masuk" component={SignIn} />
        <Route path="/daftar" component={SignUp} />
        <Route path="/sandi" component={Forgotten} />
        <Route path="/akun/:page?" component={Account} />
        <Route default component={NotFound} />
      </Router>
    </div>
  </Shell>
));

startLater();
