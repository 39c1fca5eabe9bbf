/** The work list of an officer. */
export default function Work() {
  return <main id="content" class="page" />;
}
