import { useLocation } from "preact-iso";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useLoad } from "../../api/hooks";
import { Icon } from "../../ui/Icon";
import { Failed, Notice, Skeletons } from "../../ui/parts";
import { HAPPENINGS } from "../documents";
import { FoundKelurahans } from "../KelurahanSearch";
import { ReportLines } from "../ReportLines";
import { REPORT_NUMBER } from "../report/documents";
import { useSettled } from "../useSettled";
import { t } from "./texts";

/** The search is part of the address, so that people can go back to it and share it. */
export function SearchField({ search }: { search: string }) {
  const id = useId();
  const { route } = useLocation();
  const [typed, setTyped] = useState(search);
  const settled = useSettled(typed.trim());
  const sent = useRef(search);
  useEffect(() => {
    if (settled === sent.current) return;
    sent.current = settled;
    route(settled ? `/?cari=${encodeURIComponent(settled)}` : "/", true);
  }, [settled]);
  useEffect(() => {
    if (search === sent.current) return; // somebody went back, or opened a link
    sent.current = search;
    setTyped(search);
  }, [search]);
  return (
    <form class="search" role="search" onSubmit={(event) => event.preventDefault()}>
      <label for={id} class="visually-hidden">
        {t().search}
      </label>
      <Icon name="search" />
      <input
        id={id}
        type="search"
        class="input"
        autocomplete="off"
        maxLength={200}
        placeholder={t().search}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </form>
  );
}

/** A number as people write it: "JK2611300001", also with spaces and in small letters. */
const NUMBER = /^jk[\s.-]*[\d\s.-]{6,}$/i;
/** The service refuses a text without a letter or digit. */
const WORD = /[\p{L}\p{N}]/u;

/** What was found: a report by its number, kelurahan by their names, reports by their words. */
export function Found({ search }: { search: string }) {
  if (!WORD.test(search)) return <Nothing />;
  return (
    <>
      <h2>{t().results(search)}</h2>
      <FoundKelurahans key={`k ${search}`} search={search} first={3} quiet />
      {NUMBER.test(search) ? <ByNumber number={search} /> : <ByWords key={search} search={search} />}
    </>
  );
}

const Nothing = () => (
  <Notice icon="search" title={t().nothingFound}>
    <p>{t().nothingFoundHint}</p>
  </Notice>
);

function ByNumber({ number }: { number: string }) {
  const { data, failed, reload } = useLoad(REPORT_NUMBER, { number });
  if (failed) return <Failed again={reload} />;
  if (!data) return <Skeletons count={1} height="6rem" />;
  return data.report ? <ReportLines lines={[data.report]} /> : <Nothing />;
}

function ByWords({ search }: { search: string }) {
  const { data, failed, reload } = useLoad(HAPPENINGS, { filter: { text: search }, orderBy: "RELEVANCE", first: 20 });
  if (failed) return <Failed again={reload} />;
  if (!data) return <Skeletons count={4} height="6rem" />;
  const lines = data.reports.edges.map(({ node }) => node);
  return lines.length > 0 ? <ReportLines lines={lines} /> : <Nothing />;
}
