import { lettersOn } from "./keys";

/** A key that does the same as the button it is on. Hidden while letters are no shortcuts, and on touch screens. */
export function Key({ name }: { name: string }) {
  if (!lettersOn.value) return null;
  return (
    <kbd class="key" aria-hidden="true">
      {name}
    </kbd>
  );
}
