/** Wait before a subscription that has failed begins again: doubled each time, in milliseconds. */
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;

/**
 * A subscription that goes on for ever. `begin` subscribes and returns what ends it; it tells `received` of each result
 * and `failed` of the end, and may throw. Then it is called again, after a while.
 */
export class Following {
  /** Whether results come: false from a failure on until the next result. */
  isWell = false;
  #state: "running" | "waiting" | "stopped" = "running";
  #wait = FIRST_WAIT;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #end: () => void = () => {};
  readonly #begin: (own: Following) => Promise<() => void>;

  constructor(begin: (own: Following) => Promise<() => void>) {
    this.#begin = begin;
    void this.#run();
  }

  /** It has been subscribed, and what it sends may be silent for long. */
  begun(): void {
    this.isWell = true;
  }

  /** A result has come. */
  received(): void {
    this.isWell = true;
    this.#wait = FIRST_WAIT;
  }

  /** The subscription has ended. */
  failed(): void {
    if (this.#state !== "running") return;
    this.#state = "waiting";
    this.isWell = false;
    this.#end();
    this.#end = () => {};
    this.#timer = setTimeout(() => {
      this.#state = "running";
      void this.#run();
    }, this.#wait);
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
  }

  stop(): void {
    this.#state = "stopped";
    this.isWell = false;
    clearTimeout(this.#timer);
    this.#end();
    this.#end = () => {};
  }

  async #run(): Promise<void> {
    try {
      const end = await this.#begin(this);
      if (this.#state === "running") this.#end = end;
      else end();
    } catch {
      this.failed(); // nothing could be loaded
    }
  }
}
