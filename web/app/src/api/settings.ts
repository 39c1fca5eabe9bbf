/** What the service says to its pages, in the meta element `tanggap`: web/pages.py. */
export interface Settings {
  /** Tiles under the map; null: the map draws the kelurahan themselves. */
  tiles: { url: string; attribution: string } | null;
  /** Whether the service sends e-mails: to confirm an address, for a new password, for news. */
  email: boolean;
  /** Where staff sign in at their identity provider; null if there is none. */
  staffSignIn: string | null;
}

const NOTHING: Settings = { tiles: null, email: false, staffSignIn: null };

function read(): Settings {
  if (typeof document === "undefined") return NOTHING; // tests of pure functions
  const content = document.querySelector<HTMLMetaElement>('meta[name="tanggap"]')?.content ?? "{}";
  return { ...NOTHING, ...(JSON.parse(content) as Partial<Settings>) };
}

export const settings = read();
