import { expect, test } from "vitest";
import { emergencyNumbers, promiseWords } from "./promise";
import { t } from "./texts";

test("the promise names the hours in which its clock runs", () => {
  expect(promiseWords(15, "ALWAYS")).toBe("Dijawab paling lambat 15 menit setelah terkirim, siang maupun malam.");
  expect(promiseWords(1440, "DAY")).toBe("Dijawab paling lambat 1 hari setelah terkirim, di luar hari libur.");
  expect(promiseWords(360, "DAY")).toContain("6 jam layanan setelah terkirim (07.00–19.00");
});

test("emergency numbers are found in hints, once each", () => {
  expect(emergencyNumbers("Telepon 112 lebih dulu. 112!")).toEqual(["112"]);
  expect(emergencyNumbers("Telepon 110 bila masih berlangsung")).toEqual(["110"]);
  expect(emergencyNumbers("Foto genangannya, 1120 cm")).toEqual([]);
});

test("words that nobody typed name the problem and the place", () => {
  expect(t().defaultTitle("Sampah", "Gambir")).toBe("Sampah di Gambir");
  expect(t().defaultTitle("Sampah", undefined)).toBe("Sampah");
  expect(t().defaultDescription("Sampah").length).toBeGreaterThan(0);
});
