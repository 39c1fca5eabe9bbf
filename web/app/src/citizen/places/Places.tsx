import { useLoad } from "../../api/hooks";
import { PageTitle } from "../../ui/PageTitle";
import { Failed, Skeletons } from "../../ui/parts";
import { KelurahanSearch } from "../KelurahanSearch";
import { ALL_PLACES } from "./documents";
import { t } from "./texts";
import "./places.css";

/** All kelurahan: to search, and to look up by city and kecamatan. */
export default function Places() {
  const { data, failed, reload } = useLoad(ALL_PLACES, {});
  return (
    <main id="content" class="page places stack">
      <PageTitle title={t().title} />
      <p class="muted">{t().intro}</p>
      <KelurahanSearch />
      <h2>{t().list}</h2>
      {failed && <Failed again={reload} />}
      {!data && !failed && <Skeletons count={6} height="3.5rem" />}
      <div class="cities">
        {data?.cities.map((city) => (
          <details key={city.id} class="city">
            <summary>
              <strong>{city.name}</strong>
              <span class="small muted">
                {t().count(city.kecamatan.reduce((sum, { kelurahan }) => sum + kelurahan.length, 0))}
              </span>
            </summary>
            {city.kecamatan.map((kecamatan) => (
              <section key={kecamatan.id}>
                <h3>{kecamatan.name}</h3>
                <ul>
                  {kecamatan.kelurahan.map(({ id, code, name }) => (
                    <li key={id}>
                      <a href={`/kelurahan/${code}`}>{name}</a>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </details>
        ))}
      </div>
    </main>
  );
}
