// A signed-in user, shared by all tabs of a browser. docs/clients.md shows this file, and tests/browser/ runs it.
const NAME = "tanggap.session";
const RENEW = `mutation($refreshToken: String!) {
  refreshSession(refreshToken: $refreshToken) { session { accessToken refreshToken expiresIn } }
}`;
const SOON = 60_000;

/** The signed-in user. `onChange` is called in each tab when the user signs in or out, or a token is renewed. */
export class SharedSession {
  #sent; // the token that this tab used last
  #refused; // one that is not valid any more

  constructor(api, onChange = () => {}) {
    this.api = api;
    this.onChange = onChange;
    // A message could arrive before what another tab has stored: this event comes with it.
    addEventListener("storage", ({ key }) => key === NAME && this.onChange());
  }

  /** The tokens, or null for a visitor. They are read each time: another tab may have changed them. */
  get tokens() {
    return JSON.parse(localStorage.getItem(NAME));
  }

  /** Keep the `session` of signUp, signIn or refreshSession for all tabs; null when the user signs out. */
  set tokens(session) {
    if (session) {
      const { accessToken, refreshToken, expiresIn } = session;
      // By the clock of this device, whatever it says: only the difference matters.
      const until = Date.now() + expiresIn * 1000;
      localStorage.setItem(NAME, JSON.stringify({ accessToken, refreshToken, until }));
    } else {
      localStorage.removeItem(NAME);
    }
    this.onChange();
  }

  /** The authorization to send, with a valid token; undefined for a visitor. Never throws. */
  async authorization() {
    if (this.#isOld()) await navigator.locks.request(NAME, () => this.#renew());
    this.#sent = this.tokens?.accessToken;
    return this.#sent && `Bearer ${this.#sent}`;
  }

  /** A socket was closed with 4403, or an answer said invalid_token: the token is not valid, whatever its time says. */
  refused() {
    this.#refused = this.#sent;
  }

  /** Send a query or mutation, and once more with a new token if its token is no longer valid. Not for signing in. */
  async ask(query, variables) {
    const answer = await this.#post({ query, variables }, await this.authorization());
    if (!answer.headers.get("www-authenticate")?.includes("invalid_token")) return answer.json();
    this.refused();
    return (await this.#post({ query, variables }, await this.authorization())).json();
  }

  #isOld() {
    const { tokens } = this;
    return tokens !== null && (tokens.accessToken === this.#refused || tokens.until - Date.now() < SOON);
  }

  /**
   * Renew the tokens. Only one tab at a time does, and the others find them new. What a tab has stored reaches the
   * others a moment later, so two may still use one refresh token: the city gives both the same new one.
   */
  async #renew() {
    if (!this.#isOld()) return;
    const { refreshToken } = this.tokens;
    try {
      const { data } = await (await this.#post({ query: RENEW, variables: { refreshToken } })).json();
      // Null when the session is over. Unused when the user has signed in or out meanwhile.
      if (this.tokens?.refreshToken === refreshToken) this.tokens = data.refreshSession.session;
    } catch {
      // No network, or the city is unavailable: the session may still be valid. The next caller tries again.
    }
  }

  #post(body, authorization) {
    const headers = { "content-type": "application/json", ...(authorization && { authorization }) };
    return fetch(this.api, { method: "POST", headers, body: JSON.stringify(body) });
  }
}
