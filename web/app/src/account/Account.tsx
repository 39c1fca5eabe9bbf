import { useLoad } from "../api/hooks";
import { formatNumber } from "../texts/format";
import { Icon } from "../ui/Icon";
import { NotFound } from "../ui/NotFound";
import { PageTitle } from "../ui/PageTitle";
import { Failed, Skeletons } from "../ui/parts";
import { Deletion } from "./Deletion";
import { Devices } from "./Devices";
import { ACCOUNT, type Account as AccountData } from "./documents";
import { Link } from "./Link";
import type { Purpose } from "./links";
import { MyData } from "./MyData";
import { Email, News, Password, Profile } from "./settings";
import { t } from "./texts";
import { SignedIn, signOut } from "./viewer";

export interface SectionProps {
  account: AccountData;
  reload: () => void;
}

/** The pages below `/akun`, in the order in which they are listed. */
const SECTIONS = [
  { path: "profil", icon: "person", title: "profile", hint: "profileHint", Section: Profile },
  { path: "email", icon: "mail", title: "email", hint: "emailHint", Section: Email },
  { path: "sandi", icon: "lock", title: "password", hint: "passwordHint", Section: Password },
  { path: "kabar", icon: "notifications", title: "notifications", hint: "notificationsHint", Section: News },
  { path: "perangkat", icon: "devices", title: "devices", hint: "devicesHint", Section: Devices },
  { path: "data", icon: "download", title: "data", hint: "dataHint", Section: MyData },
  { path: "hapus", icon: "delete", title: "deletion", hint: "deletionHint", Section: Deletion },
] as const;

const PURPOSES: readonly string[] = ["confirm", "reset", "invite"] satisfies Purpose[];

/** `/akun`, its pages, and those of the links in e-mails. */
export default function Account({ params }: { params: { page?: string } }) {
  const { page } = params;
  if (page !== undefined && PURPOSES.includes(page)) return <Link purpose={page as Purpose} />;
  const section = SECTIONS.find(({ path }) => path === page);
  if (page !== undefined && !section) return <NotFound />;
  return (
    <SignedIn>
      <Overview section={section} />
    </SignedIn>
  );
}

function Overview({ section }: { section: (typeof SECTIONS)[number] | undefined }) {
  const { data, failed, reload } = useLoad(ACCOUNT, {});
  const account = data?.viewer;
  return (
    <main id="content" class="page account-page" data-shows={section ? "section" : "list"}>
      <nav class="stack" aria-label={t().account}>
        {section ? <h2 class="account-title">{t().account}</h2> : <PageTitle title={t().account} />}
        <div class="account-head">
          {account ? (
            <>
              <strong class="clip">{account.pseudonym}</strong>
              <span class="muted small clip">{account.email ?? t().emailNone}</span>
              <span class="muted small number">{t().points(formatNumber(account.points))}</span>
            </>
          ) : (
            !failed && <Skeletons count={1} height="4.25rem" />
          )}
        </div>
        <ul class="account-sections card">
          {SECTIONS.map(({ path, icon, title, hint }) => (
            <li key={path}>
              <a href={`/akun/${path}`} aria-current={path === section?.path ? "page" : undefined}>
                <Icon name={icon} />
                <span>
                  {t()[title]}
                  <span class="muted small">{t()[hint]}</span>
                </span>
                <Icon name="chevron_right" />
              </a>
            </li>
          ))}
        </ul>
        <button type="button" class="button quiet" onClick={() => void signOut()}>
          <Icon name="logout" />
          {t().signOut}
        </button>
      </nav>
      <div class="account-section">
        {section && (
          <>
            <a class="button plain account-back" href="/akun">
              <Icon name="arrow_back" />
              {t().back}
            </a>
            <PageTitle key={section.path} title={t()[section.title]} />
          </>
        )}
        {failed && <Failed again={reload} />}
        {section && !account && !failed && <Skeletons count={3} height="4.5rem" />}
        {section && account && <section.Section key={section.path} account={account} reload={reload} />}
      </div>
    </main>
  );
}
