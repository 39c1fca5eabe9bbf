/** Milliseconds until what has failed is asked again. */
const AGAIN = 15_000;

/** Milliseconds between two askings, and what asks; it throws when there is no answer. */
type Poll = readonly [every: number, load: () => Promise<void>];

/** What is asked again from time to time, each by itself. */
export class Polls {
  readonly #polls: readonly Poll[];
  readonly #timers = new Map<Poll, ReturnType<typeof setTimeout>>();
  readonly #answered = new Map<Poll, number>();
  #isStopped = false;

  constructor(polls: readonly Poll[]) {
    this.#polls = polls;
  }

  /** Ask everything now. */
  runAll(): void {
    for (const poll of this.#polls) void this.#run(poll);
  }

  /** Whether everything has been answered, none more than `late` milliseconds after its time. */
  isFresh(late: number): boolean {
    const at = performance.now();
    return this.#polls.every((poll) => at - (this.#answered.get(poll) ?? -Infinity) < poll[0] + late);
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  async #run(poll: Poll): Promise<void> {
    const [every, load] = poll;
    let wait = every;
    this.#plan(poll, every + AGAIN); // if no answer comes
    try {
      await load();
      this.#answered.set(poll, performance.now());
    } catch {
      wait = AGAIN;
    }
    if (!this.#isStopped) this.#plan(poll, wait);
  }

  #plan(poll: Poll, wait: number): void {
    clearTimeout(this.#timers.get(poll));
    this.#timers.set(
      poll,
      setTimeout(() => void this.#run(poll), wait),
    );
  }
}
