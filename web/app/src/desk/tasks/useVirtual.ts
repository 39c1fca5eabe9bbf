import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";

/** The visible rows of a list whose rows are equally high. */
export function useVirtual(
  element: RefObject<HTMLElement | null>,
  count: number,
  height: number,
): Virtualizer<HTMLElement, Element> {
  const [, render] = useReducer<number, void>((times) => times + 1, 0);
  const options: VirtualizerOptions<HTMLElement, Element> = {
    count,
    getScrollElement: () => element.current,
    estimateSize: () => height,
    overscan: 8,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => render(),
  };
  const kept = useRef<Virtualizer<HTMLElement, Element>>(undefined);
  const isOther = useRef(height);
  kept.current ??= new Virtualizer(options);
  kept.current.setOptions(options);
  if (isOther.current !== height) {
    isOther.current = height;
    kept.current.measure();
  }
  useLayoutEffect(() => kept.current?._didMount(), []);
  useLayoutEffect(() => kept.current?._willUpdate());
  return kept.current;
}
