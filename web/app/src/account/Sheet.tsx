import type { ComponentChildren } from "preact";
import { PageTitle } from "../ui/PageTitle";
import "./account.css";

interface SheetProps {
  title: string;
  children: ComponentChildren;
}

/** A page with one form in its middle. */
export function Sheet({ title, children }: SheetProps) {
  return (
    <main id="content" class="page account-sheet stack">
      <PageTitle title={title} />
      {children}
    </main>
  );
}
