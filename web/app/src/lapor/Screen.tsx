import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface ScreenProps {
  title: string;
  lead?: string | undefined;
  /** What stays at the foot of the screen: the one thing to press. */
  footer?: ComponentChildren;
  children?: ComponentChildren;
}

/** One step of the form. Its heading gets the focus, so that screen readers say where one is. */
export function Screen({ title, lead, footer, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <div class="stack screen">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p class="muted">{lead}</p>}
        </div>
        {children}
      </div>
      {footer && <div class="foot">{footer}</div>}
    </>
  );
}
