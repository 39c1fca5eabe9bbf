import { defineTexts } from "../texts";

export const t = defineTexts(
  {
    work: "Pekerjaan",
    marks: "Nilai",
    units: "Unit",
    moderation: "Moderasi",
    people: "Orang",
    waivers: "Keringanan",
    navigation: "Meja",
  },
  {
    work: "Work",
    marks: "Points",
    units: "Units",
    moderation: "Moderation",
    people: "People",
    waivers: "Waivers",
    navigation: "Desk",
  },
);
