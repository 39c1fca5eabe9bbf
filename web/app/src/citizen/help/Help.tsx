import type { Status } from "../../api/graphql";
import { StatusBadge } from "../../ui/marks";
import { PageTitle } from "../../ui/PageTitle";
import { t } from "./texts";
import "./help.css";

/** What citizens ask: emergencies first, then what a status means, then the rest. */
export default function Help() {
  const statuses: [Status, string][] = [
    ["WAITING", t().waiting],
    ["IN_PROGRESS", t().inProgress],
    ["PROCESSED", t().processed],
  ];
  const { faq } = t();
  const questions = [
    [faq.who, faq.whoAnswer],
    [faq.seen, faq.seenAnswer],
    [faq.wrong, faq.wrongAnswer],
    [faq.change, faq.changeAnswer],
    [faq.points, faq.pointsAnswer],
    [faq.offline, faq.offlineAnswer],
  ] as const;
  return (
    <main id="content" class="page narrow stack help">
      <PageTitle title={t().title} />
      <section class="card stack">
        <h2>
          <a href="tel:112">{t().emergency}</a>
        </h2>
        <p>{t().emergencyMore}</p>
      </section>
      <h2>{t().statuses}</h2>
      <dl class="stack">
        {statuses.map(([status, meaning]) => (
          <div key={status}>
            <dt>
              <StatusBadge status={status} />
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h2>{t().questions}</h2>
      <div>
        {questions.map(([question, answer]) => (
          <details key={question}>
            <summary>{question}</summary>
            <p>{answer}</p>
          </details>
        ))}
      </div>
    </main>
  );
}
