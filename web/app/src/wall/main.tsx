import { start } from "../ui/start";

start(() => (
  <main id="content" class="page">
    wall
  </main>
));
