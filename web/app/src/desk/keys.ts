import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const KEPT = "tanggap.keys";
const PATIENCE = 1_500;

/** Whether letters are shortcuts: WCAG 2.1.4 asks that they can be switched off, for people who dictate. */
export const lettersOn = signal(typeof localStorage === "undefined" || localStorage.getItem(KEPT) !== "off");

/** Switch letters as shortcuts on or off, in this browser. */
export function switchLetters(on: boolean): void {
  localStorage.setItem(KEPT, on ? "on" : "off");
  lettersOn.value = on;
}

/** What keys do: "j", "J" with shift, "ArrowDown", "Mod+a", "g n" for two in a row. */
export type Keys = Record<string, (() => void) | undefined>;

let first = "";
let forgetting: ReturnType<typeof setTimeout> | undefined;

/** Listen for keys wherever the focus is, but not while somebody writes or a dialog is open. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const run = isFree(event) ? latest.current[nameOf(event)] : undefined;
      if (!run) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

/** Remember the first of two keys. It listens before all others do. */
export function listenForFirst(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key === "Shift") return;
    const begins = first === "" && event.key === "g" && !event.ctrlKey && !event.metaKey && isFree(event);
    // The second key is still to be read by those who listen after this.
    setTimeout(() => remember(begins ? "g" : ""));
  };
  addEventListener("keydown", listen, { capture: true });
  return () => removeEventListener("keydown", listen, { capture: true });
}

function remember(key: string): void {
  clearTimeout(forgetting);
  first = key;
  if (key) forgetting = setTimeout(() => (first = ""), PATIENCE);
}

function nameOf({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): string {
  if (altKey) return "";
  if (ctrlKey || metaKey) return `Mod+${key.toLowerCase()}`;
  const name = key.length > 1 && shiftKey ? `Shift+${key}` : key;
  return first ? `${first} ${name}` : name;
}

const WRITES = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const PRESSES = "button, a[href], summary, input, [role=menuitem]";

function isFree(event: KeyboardEvent): boolean {
  const target = event.target as Element;
  const { key, ctrlKey, metaKey } = event;
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return false;
  if (target.closest?.(WRITES)) return key === "Escape";
  if ((key === "Enter" || key === " ") && target.closest?.(PRESSES)) return false;
  // Without letters, keys work where they are expected: in the list.
  if (lettersOn.value || key === "Escape") return true;
  return Boolean(target.closest?.("[role=listbox]")) && (key.length > 1 || key === " " || ctrlKey || metaKey);
}

/** A key on a button. Screen readers hear it from `aria-keyshortcuts`. */
export const shortcut = (key: string): { "aria-keyshortcuts"?: string } =>
  lettersOn.value ? { "aria-keyshortcuts": key } : {};
