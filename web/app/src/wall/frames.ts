/** Items that wait for the next frame at most: a hidden page has no frames, and an interruption may end with many. */
const MOST_WAITING = 2_000;
/** Milliseconds until a hidden page takes what has come. */
const HIDDEN = 500;

/** Collect what comes, and hand it on once in a frame: twenty events a second are then drawn as calmly as one. */
export class Frames<Item> {
  readonly #take: (items: readonly Item[]) => void;
  #items: Item[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(take: (items: readonly Item[]) => void) {
    this.#take = take;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length >= MOST_WAITING) this.#flush();
    else if (this.#items.length === 1) this.#schedule();
  }

  /** Hand on nothing more. */
  stop(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#items = [];
  }

  #schedule(): void {
    // Whichever comes first: a page that is hidden after this has no frame.
    this.#frame = requestAnimationFrame(() => this.#flush());
    this.#timer = setTimeout(() => this.#flush(), HIDDEN);
  }

  #flush(): void {
    const items = this.#items;
    this.stop();
    this.#take(items);
  }
}
