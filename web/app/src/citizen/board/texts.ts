import { defineTexts } from "../../texts";
import { formatNumber } from "../../texts/format";

export const t = defineTexts(
  {
    title: "Peringkat",
    bands:
      "Selisih beberapa peringkat sering hanya kebetulan. Karena itu kantor dikelompokkan dahulu: di atas rata-rata, rata-rata, dan di bawah rata-rata.",
    points:
      "Kantor mendapat poin bila menjawab dan menyelesaikan laporan tepat waktu. Poinnya berkurang bila terlambat, dinilai buruk, atau laporannya dibuka kembali.",
    toLedger: "Lihat catatan poin setiap kelurahan",
    kind: "Yang dibandingkan",
    kelurahan: "Kelurahan",
    agencies: "Dinas",
    period: "Masa",
    month: "Bulan ini",
    quarter: "Triwulan ini",
    year: "Tahun ini",
    find: "Cari nama di daftar ini",
    count: (count: number) => `${formatNumber(count)} kantor`,
    noMatch: "Tidak ada nama yang cocok.",
    empty: "Belum ada.",
    rank: (rank: number) => `Peringkat ${formatNumber(rank)}`,
    unranked: "Tanpa peringkat",
    score: (score: number) => `Skor ${formatNumber(Math.round(score))}`,
    pointsOf: (points: number) => `${formatNumber(points)} poin`,
    showAll: (count: number) => `Tampilkan semua (${formatNumber(count)})`,
  },
  {
    title: "Ranking",
    bands:
      "A difference of a few ranks is often chance. So offices are in groups first: above average, average and below average.",
    points:
      "Offices earn points for answers and fixes on time. They lose some when they are late, rated badly, or a report is reopened.",
    toLedger: "See the points of each kelurahan",
    kind: "Compared",
    kelurahan: "Kelurahan",
    agencies: "Agencies",
    period: "Period",
    month: "This month",
    quarter: "This quarter",
    year: "This year",
    find: "Find a name in this list",
    count: (count: number) => `${formatNumber(count)} offices`,
    noMatch: "No name matches.",
    empty: "None yet.",
    rank: (rank: number) => `Rank ${formatNumber(rank)}`,
    unranked: "No rank",
    score: (score: number) => `Score ${formatNumber(Math.round(score))}`,
    pointsOf: (points: number) => `${formatNumber(points)} points`,
    showAll: (count: number) => `Show all (${formatNumber(count)})`,
  },
);
