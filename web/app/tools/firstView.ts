import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Bytes, compressed by gzip, that a page may load before it can be used: everything but what it loads later. */
const BUDGET = 150_000;

/** Print what the first view of each page weighs, and fail the build when it is more than the budget. */
export function firstView(): Plugin {
  return {
    name: "first-view",
    enforce: "post",
    writeBundle(_, bundle) {
      const files = Object.values(bundle);
      const source = (name: string): string | Uint8Array => {
        const file = bundle[name];
        if (file === undefined) throw new Error(`${name} is not in the build.`);
        return file.type === "chunk" ? file.code : file.source;
      };
      for (const page of files.filter(({ fileName }) => fileName.endsWith(".html"))) {
        const linked = [...String(source(page.fileName)).matchAll(/(?:src|href)="\/built\/(assets\/[^"]+)"/g)];
        const names = [page.fileName, ...new Set(linked.map(([, name]) => name as string))];
        const bytes = names.reduce((sum, name) => sum + gzipSync(source(name), { level: 9 }).length, 0);
        console.log(`first view of ${page.fileName}: ${(bytes / 1000).toFixed(1)} of ${BUDGET / 1000} kB compressed`);
        if (bytes > BUDGET) throw new Error(`The first view of ${page.fileName} is over its budget: load parts later.`);
      }
    },
  };
}
