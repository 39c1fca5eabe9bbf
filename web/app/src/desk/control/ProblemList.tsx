import { Icon } from "../../ui/Icon";

/** What was refused, and is about no field of the form. */
export function ProblemList({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <div class="field" role="alert">
      {texts.map((text) => (
        <p key={text} class="error">
          <Icon name="error" />
          {text}
        </p>
      ))}
    </div>
  );
}
