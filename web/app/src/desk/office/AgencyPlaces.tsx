import { useState } from "preact/hooks";
import type { ResultOf } from "../../api/graphql";
import { useEvents } from "../../api/hooks";
import { formatNumber } from "../../texts/format";
import { Skeletons } from "../../ui/parts";
import { IN_KELURAHAN } from "./documents";
import type { Unit } from "./roles";
import { t } from "./texts";

type Row = ResultOf<typeof IN_KELURAHAN>["reportStatisticsChanged"]["rows"][number];

/** Where an agency has its open reports, live: the kelurahan with most overdue ones first. */
export function AgencyPlaces({ agency }: { agency: Unit }) {
  const [rows, setRows] = useState<readonly Row[]>();
  useEvents(IN_KELURAHAN, { filter: { handler: [agency.id] } }, ({ reportStatisticsChanged }) =>
    setRows(
      reportStatisticsChanged.rows
        .filter(({ open }) => open > 0)
        .sort((a, b) => b.overdue - a.overdue || b.open - a.open),
    ),
  );
  return (
    <>
      <p class="muted">
        {t().agencyIntro}{" "}
        <a href={`/meja/nilai?${new URLSearchParams({ unit: agency.id })}`}>{t().seeLedger(agency.name)}</a>
      </p>
      {!rows && <Skeletons count={6} height="3rem" />}
      {rows?.length === 0 && <p class="muted">{t().none}</p>}
      {rows && rows.length > 0 && (
        <div class="card flush">
          <table class="table as-cards units">
            <caption class="visually-hidden">{t().agencyCaption}</caption>
            <thead>
              <tr>
                <th scope="col">{t().kelurahan}</th>
                <th scope="col" class="end">
                  {t().open}
                </th>
                <th scope="col" class="end">
                  {t().late}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ kelurahan, open, overdue }) => (
                <tr key={kelurahan?.id}>
                  <th scope="row">
                    {kelurahan?.name}
                    <span class="muted small where">{kelurahan?.kecamatan.name}</span>
                  </th>
                  <td class="end number" data-label={t().open}>
                    {formatNumber(open)}
                  </td>
                  <td class="end number" data-label={t().late}>
                    <strong>{formatNumber(overdue)}</strong>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
