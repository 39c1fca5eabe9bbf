import { defineTexts } from "../texts";

export const t = defineTexts(
  { now: "Kota Anda sekarang", report: "Lapor" },
  { now: "Your city now", report: "Report" },
);
