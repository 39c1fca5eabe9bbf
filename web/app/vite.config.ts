import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { documentList } from "./tools/documentList.ts";
import { firstView } from "./tools/firstView.ts";
import { licences } from "./tools/licences.ts";

const page = (name: string) => fileURLToPath(new URL(`${name}.html`, import.meta.url));

export default defineConfig({
  // The service serves the built files under this path: web/pages.py.
  base: "/built/",
  plugins: [documentList(), firstView(), licences()],
  // Preact's JSX, without the compatibility layer for React.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../built",
    emptyOutDir: true,
    target: "es2022",
    // A data: URL in a style sheet would need an exception in the content security policy.
    assetsInlineLimit: 0,
    // Its polyfill is an inline-like extra of 1 KB; browsers of the target load modules in parallel by themselves.
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        index: page("index"),
        desk: page("desk"),
        wall: page("wall"),
        sw: fileURLToPath(new URL("src/worker/sw.ts", import.meta.url)),
      },
      output: {
        // The worker has one address for ever: a browser looks there for a newer one.
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: {
    // `npm run dev` beside `make run`.
    proxy: { "/graphql": { target: "http://127.0.0.1:8000", ws: true }, "/media": "http://127.0.0.1:8000" },
  },
  test: { include: ["src/**/*.test.ts"] },
});
