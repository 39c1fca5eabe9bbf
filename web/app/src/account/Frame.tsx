import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { AccountMenu } from "./AccountMenu";
import { LanguageSwitch } from "./LanguageSwitch";
import "./account.css";

interface FrameProps {
  title: string;
  /** Whether the page shows who is signed in: not where people sign in. */
  menu?: boolean;
  children: ComponentChildren;
}

/** The bar, the title and the width of the account's pages. */
export function Frame({ title, menu, children }: FrameProps) {
  useEffect(() => {
    document.title = `${title} · Tanggap`;
  }, [title]);
  return (
    <>
      <header class="bar account-bar">
        <a class="brand" href="/">
          Tanggap
        </a>
        <LanguageSwitch />
        {menu && <AccountMenu />}
      </header>
      {children}
    </>
  );
}

interface SheetProps {
  title: string;
  children: ComponentChildren;
}

/** A page with one form in its middle. */
export function Sheet({ title, children }: SheetProps) {
  return (
    <Frame title={title}>
      <main id="content" class="page account-sheet stack">
        <h1>{title}</h1>
        {children}
      </main>
    </Frame>
  );
}
