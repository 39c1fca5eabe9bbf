import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { words } from "../texts/words";
import { Icon } from "../ui/Icon";
import { Ago, Skeletons } from "../ui/parts";
import { loadCategories } from "./categories";
import { CategoryStep } from "./CategoryStep";
import type { Category } from "./documents";
import {
  alike,
  another,
  chooseMyPlace,
  fill,
  followed,
  leave,
  lookAround,
  nearby,
  open,
  resumedFrom,
  shown,
  STEPS,
  type Step,
} from "./flow";
import { hasContent, type KeptReport } from "./machine";
import { NearbyStep } from "./NearbyStep";
import { Arrived, Following, Waiting } from "./Outcome";
import { isOnline } from "./online";
import { send, startOutbox } from "./outbox";
import { PhotoStep } from "./PhotoStep";
import { mayFindMe } from "./place";
import { PlaceStep } from "./PlaceStep";
import { SendStep } from "./SendStep";
import { SignInHere } from "./SignInHere";
import { change, load, remove } from "./store";
import { t } from "./texts";
import "./lapor.css";

/** The address of a step. */
const address = (step: Step): string => `/lapor?langkah=${step}`;

/** Milliseconds for which somebody who chose the problem waits for what was reported nearby. */
const LOOKING = 1200;

/** The step that can be shown: a later one needs the place and the problem. */
function allowed(asked: string | undefined, report: KeptReport): Step {
  const step = STEPS.find((each) => each === asked) ?? "foto";
  const at = STEPS.indexOf(step);
  if (at > STEPS.indexOf("tempat") && !report.content.place) return "tempat";
  if (at > STEPS.indexOf("kategori") && !report.content.category) return "kategori";
  if (step === "sekitar" && alike(report.content.category?.code).length === 0) return "kirim";
  return step;
}

/** The way of a citizen to a sent report, on the route `/lapor`: one thing at a time. */
export function Lapor() {
  const { query, route } = useLocation();
  const [isReady, setReady] = useState(shown() !== undefined);
  const begin = async () => {
    startOutbox();
    await load();
    const before = shown();
    if (!before || before.phase === "sent") {
      leave();
      const report = open(query["draf"]);
      if (!query["langkah"] && report.step) route(address(allowed(report.step, report)), true);
    }
    setReady(true);
    if (!shown()?.content.place && (await mayFindMe())) void chooseMyPlace();
  };
  useEffect(() => {
    followed.value = undefined;
    void begin();
  }, []);
  useEffect(() => {
    if (isOnline.value) void loadCategories();
  }, [isOnline.value]);
  const report = shown();
  const step = report && allowed(query["langkah"], report);
  return (
    <main id="content" class="page narrow flow">
      {followed.value ? (
        <>
          <Out />
          <Following {...followed.value} another={() => startAgain(route)} />
        </>
      ) : isReady && report && step ? (
        <Stage report={report} step={step} route={route} />
      ) : (
        <Skeletons count={3} height="6rem" />
      )}
    </main>
  );
}

type Route = (address: string, replace?: boolean) => void;

function startAgain(route: Route): void {
  followed.value = undefined;
  another();
  route("/lapor", true);
}

/** What is shown of a report: its form, or what has become of it. */
function Stage({ report, step, route }: { report: KeptReport; step: Step; route: Route }) {
  const edit = () => {
    fill({});
    route(address("kirim"));
  };
  const { phase } = report;
  if (phase === "draft" || phase === "refused") return <Form report={report} step={step} route={route} />;
  return (
    <>
      <Out />
      {phase === "sent" && (
        <Arrived id={report.id} number={report.sent?.number ?? ""} another={() => startAgain(route)} />
      )}
      {(phase === "queued" || phase === "sending") && <Waiting report={report} edit={edit} />}
      {phase === "signIn" && (
        <SignInHere
          why={report.otherAccount ? t().otherAccount : t().signInWhy}
          send={{ signUp: t().signUp, signIn: t().signIn }}
          isKnown={report.otherAccount === true}
          onBack={edit}
        />
      )}
    </>
  );
}

/** The way out, from where nothing more is to be filled in. */
function Out() {
  return (
    <div class="progress out">
      <a class="button plain" href="/" aria-label={words().close}>
        <Icon name="close" />
      </a>
    </div>
  );
}

function Form({ report, step, route }: { report: KeptReport; step: Step; route: Route }) {
  const [isLooking, setLooking] = useState(false);
  const goTo = (to: Step) => {
    void change(report.id, { type: "edit", step: to, at: Date.now() });
    route(address(to));
  };
  const chosen = async ({ code, name }: Category) => {
    fill({ category: { code, name } });
    setLooking(true);
    await looked(report);
    setLooking(false);
    goTo(alike(code).length > 0 ? "sekitar" : "kirim");
  };
  return (
    <>
      <Progress step={step} report={report} route={route} />
      {step === "foto" && <PhotoStep report={report} onward={() => goTo("tempat")} />}
      {step === "tempat" && <PlaceStep report={report} onward={() => goTo("kategori")} />}
      {step === "kategori" && (
        <CategoryStep report={report} isLooking={isLooking} onChosen={(category) => void chosen(category)} />
      )}
      {step === "sekitar" && <NearbyStep report={report} onward={() => goTo("kirim")} />}
      {step === "kirim" && <SendStep report={report} goTo={goTo} send={() => void send(report.id)} />}
    </>
  );
}

/** Wait until it is known what was reported nearby, but not for long. */
async function looked({ content }: KeptReport): Promise<void> {
  if (nearby.peek() || !content.place || !isOnline.peek()) return;
  await Promise.race([lookAround(content.place.at), new Promise((resolve) => setTimeout(resolve, LOOKING))]);
}

/** Where one is, the way back, and the way out, on which the draft stays. */
function Progress({ step, report, route }: { step: Step; report: KeptReport; route: Route }) {
  const visible = STEPS.filter((each) => each !== "sekitar");
  const at = visible.indexOf(step === "sekitar" ? "kirim" : step) + 1;
  const isFirst = step === "foto";
  const startOver = () => {
    void remove(report.id);
    startAgain(route);
  };
  return (
    <>
      <div class="progress">
        <button
          type="button"
          class="button plain"
          aria-label={t().back}
          onClick={() => (isFirst ? route("/") : history.back())}
        >
          <Icon name="arrow_back" />
        </button>
        <div class="bars" role="img" aria-label={t().step(at, visible.length)}>
          {visible.map((each, index) => (
            <span key={each} data-done={index < at} />
          ))}
        </div>
        <a class="button plain" href="/" aria-label={t().leave}>
          <Icon name="close" />
        </a>
      </div>
      {resumedFrom.value !== undefined && hasContent(report) && (
        <p class="resumed small spread" role="status">
          <span>
            <Resumed at={resumedFrom.value} />
          </span>
          <button type="button" class="button plain" onClick={startOver}>
            {t().startOver}
          </button>
        </p>
      )}
    </>
  );
}

function Resumed({ at }: { at: number }) {
  return (
    <>
      {t().resumed} <Ago at={new Date(at).toISOString()} />
    </>
  );
}
