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
}

/** What a tab tells the others: whether it is another person now, and whether the session was lost. */
interface Change {
  person: boolean;
  lost?: boolean;
}

const NAME = "tanggap.session";
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

  readonly #channel = new BroadcastChannel(NAME);
  #sent: string | undefined;
  #refused: string | undefined;

  constructor() {
    this.signedIn.value = this.#kept() !== null;
    this.#channel.onmessage = ({ data }: MessageEvent<Change>) => this.#changed(data);
  }

  /** Keep the tokens of a person who has signed in. */
  begin(tokens: Tokens): void {
    this.#keep(tokens);
    this.#announce({ person: true });
  }

  /** Keep new tokens of the same person: pages go on as they are. */
  goOn(tokens: Tokens): void {
    const wasKept = this.#kept() !== null;
    this.#keep(tokens);
    this.#announce({ person: !wasKept });
  }

  /** Forget the tokens in all tabs. */
  end(): void {
    this.#forget({ person: true });
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
    return JSON.parse(localStorage.getItem(NAME) ?? "null") as Kept | null;
  }

  #keep({ accessToken, refreshToken, expiresIn }: Tokens): void {
    const kept: Kept = { accessToken, refreshToken, until: Date.now() + expiresIn * 1000 };
    localStorage.setItem(NAME, JSON.stringify(kept));
  }

  #forget(change: Change): void {
    localStorage.removeItem(NAME);
    this.#announce(change);
  }

  #announce(change: Change): void {
    this.#channel.postMessage(change);
    this.#changed(change);
  }

  #changed({ person, lost = false }: Change): void {
    this.signedIn.value = this.#kept() !== null;
    if (!person) return;
    this.lost.value = lost;
    this.onPersonChange();
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
      if (session === null) return this.#forget({ person: true, lost: true });
      this.goOn(session);
    } catch {
      // No network, or the service is unavailable: the session may still be valid. The next caller tries again.
    }
  }
}

export const session = new SharedSession();
