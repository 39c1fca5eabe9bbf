import { useEffect, useState } from "preact/hooks";

const CALM = 300;

/** What was typed, once nobody has typed for a moment. */
export function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), CALM);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}
