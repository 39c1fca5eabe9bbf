import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Plugin } from "vite";

/** The folder of the package that a module is from: `…/node_modules/NAME` or `…/node_modules/@SCOPE/NAME`. */
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Write `licences.txt`: the licence of each package whose code is in the built files, as most of them ask for. */
export function licences(): Plugin {
  return {
    name: "licences",
    enforce: "post",
    writeBundle({ dir }, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
      const folders = new Set(modules.flatMap((id) => PACKAGE.exec(id)?.[0] ?? []));
      const texts = [...folders].map(licenceOf).sort();
      writeFileSync(`${dir}/licences.txt`, texts.join("\n\n"));
    },
  };
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf-8")) as Record<
    string,
    string
  >;
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file && existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, "utf-8").trim() : "";
  return `${name} ${version} (${license})\n\n${text}`.trim();
}
