import { Route, Router } from "preact-iso";
import { hideToken } from "../account/links";
import { startAfterFirstView } from "../lapor/afterFirstView";
import { rememberPositions } from "../ui/arrival";
import { later } from "../ui/later";
import { NotFound } from "../ui/NotFound";
import { start } from "../ui/start";
import Home from "./home/Home";
import { Shell } from "./Shell";

const Account = later(() => import("../account/Account"));
const BoardPage = later(() => import("./board/BoardPage"));
const Forgotten = later(() => import("../account/Forgotten"));
const Help = later(() => import("./help/Help"));
const Lapor = later(() => import("../lapor/Lapor").then((module) => module.Lapor));
const MyReports = later(() => import("../mine/MyReports").then((module) => module.MyReports));
const PlacePage = later(() => import("./places/PlacePage"));
const Places = later(() => import("./places/Places"));
const ReportPage = later(() => import("./report/ReportPage"));
const SignIn = later(() => import("../account/SignIn"));
const SignUp = later(() => import("../account/SignUp"));

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
        <Route path="/bantuan" component={Help} />
        <Route default component={NotFound} />
      </Router>
    </div>
  </Shell>
));

startAfterFirstView();
