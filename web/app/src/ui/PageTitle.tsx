import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { takeArrival } from "./arrival";

interface PageTitleProps {
  /** The title of the document, and the heading unless there are children. */
  title: string;
  children?: ComponentChildren;
}

/** The heading of a page, which names the tab, and has the focus after somebody has come from another page. */
export function PageTitle({ title, children }: PageTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === "Tanggap" ? title : `${title} · Tanggap`;
  }, [title]);
  useEffect(() => {
    if (takeArrival()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} class="page-title">
      {children ?? title}
    </h1>
  );
}
