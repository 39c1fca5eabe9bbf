import { signal } from "@preact/signals";
import { API } from "./address";
import { RENEW_SESSION } from "./documents";
import { textOf } from "./text";

/** The tokens of `signIn`, `signUp`, `refreshSession` and `changePassword`. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Seconds for which the access token is valid. */
  expiresIn: number;
}

interface Kept {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since 1970 by the clock of this device: only the difference matters. */
  until: number;
  /** Stays the same while the tokens are renewed: another one is another person, or a new session. */
  person: string;
}

const NAME = "tanggap.session";
/** Kept instead of tokens after a session that ended without a sign-out. */
const LOST = '"lost"';
const SOON = 60_000;

/** Run in one tab at a time. On plain http browsers have no locks: tabs may then renew at once, which is allowed. */
async function alone(run: () => Promise<void>): Promise<void> {
  if ("locks" in navigator) await navigator.locks.request(NAME, run);
  else await run();
}

/** The signed-in person, shared by all tabs of the browser: examples/shared_session.mjs, with types. */
class SharedSession {
  /** Whether somebody is signed in. It changes in every tab. */
  readonly signedIn = signal(false);
  /** Whether the session has ended without a sign-out: another password, ended on another device, too old. */
  readonly lost = signal(false);
  /** Called in every tab after another person has signed in, or somebody has signed out. */
  onPersonChange: () => void = () => {};

  #person: string | null;
  #sent: string | undefined;
  #refused: string | undefined;

  constructor() {
    this.#person = this.#read();
    // A message to the other tabs could arrive before what this one has stored: this event comes with it.
    addEventListener("storage", ({ key }) => {
      if (key === NAME || key === null) this.#notice();
    });
  }

  /** Keep the tokens of a person who has signed in. */
  begin(tokens: Tokens): void {
    this.#keep(tokens, `${Date.now()} ${Math.random()}`);
  }

  /** Keep new tokens of the same person: pages go on as they are. */
  goOn(tokens: Tokens): void {
    this.#keep(tokens, this.#kept()?.person ?? `${Date.now()} ${Math.random()}`);
  }

  /** Forget the tokens in all tabs. */
  end(): void {
    localStorage.removeItem(NAME);
    this.#notice();
  }

  /** Return the authorization to send, with a valid token. Undefined for a visitor. Never throws. */
  async authorization(): Promise<string | undefined> {
    if (this.#isOld()) await alone(() => this.#renew());
    this.#sent = this.#kept()?.accessToken;
    return this.#sent && `Bearer ${this.#sent}`;
  }

  /** Note that the token sent last is not valid, whatever its time says: a socket closed with 4403, or an answer. */
  refused(): void {
    this.#refused = this.#sent;
  }

  #kept(): Kept | null {
    const kept = localStorage.getItem(NAME);
    return kept === null || kept === LOST ? null : (JSON.parse(kept) as Kept);
  }

  #keep({ accessToken, refreshToken, expiresIn }: Tokens, person: string): void {
    const kept: Kept = { accessToken, refreshToken, until: Date.now() + expiresIn * 1000, person };
    localStorage.setItem(NAME, JSON.stringify(kept));
    this.#notice();
  }

  /** Show what is kept now: this tab or another one has changed it. */
  #notice(): void {
    const before = this.#person;
    this.#person = this.#read();
    if (this.#person !== before) this.onPersonChange();
  }

  /** Read who is signed in. */
  #read(): string | null {
    const kept = this.#kept();
    this.signedIn.value = kept !== null;
    this.lost.value = localStorage.getItem(NAME) === LOST;
    return kept && (kept.person ?? "");
  }

  #isOld(): boolean {
    const kept = this.#kept();
    return kept !== null && (kept.accessToken === this.#refused || kept.until - Date.now() < SOON);
  }

  /**
   * Renew the tokens, in one tab at a time. What a tab has stored reaches the others a moment later, so two may use one
   * refresh token: the service gives both the same successor.
   */
  async #renew(): Promise<void> {
    const before = this.#kept();
    if (before === null || !this.#isOld()) return;
    try {
      const query = textOf(RENEW_SESSION);
      const body = JSON.stringify({ query, variables: { refreshToken: before.refreshToken } });
      const answer = await fetch(API, { method: "POST", headers: { "content-type": "application/json" }, body });
      const { data } = (await answer.json()) as { data: { refreshSession: { session: Tokens | null } } };
      if (this.#kept()?.refreshToken !== before.refreshToken) return; // signed in or out meanwhile
      const { session } = data.refreshSession;
      if (session !== null) return this.goOn(session);
      localStorage.setItem(NAME, LOST);
      this.#notice();
    } catch {
      // No network, or the service is unavailable: the session may still be valid. The next caller tries again.
    }
  }
}

export const session = new SharedSession();
