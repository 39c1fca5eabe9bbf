import type { EnumOf, Status } from "../api/graphql";
import { defineTexts, language } from "./index";

/** The words that mean the same on every page. `Report.statusLabel` of the API has the same ones. */
export const words = defineTexts(
  {
    status: { WAITING: "Menunggu", IN_PROGRESS: "Sedang ditindaklanjuti", PROCESSED: "Sudah diproses" },
    statusShort: { WAITING: "Menunggu", IN_PROGRESS: "Ditindaklanjuti", PROCESSED: "Diproses" },
    resolution: {
      FIXED: "Selesai ditangani",
      DUPLICATE: "Duplikat laporan lain",
      OUT_OF_REMIT: "Di luar kewenangan",
      INVALID: "Tidak valid",
      WITHDRAWN: "Ditarik pelapor",
    },
    band: {
      ABOVE: "Di atas rata-rata",
      AVERAGE: "Rata-rata",
      BELOW: "Di bawah rata-rata",
      none: "Belum cukup laporan",
    },
    group: {
      AIR: "Air",
      LINGKUNGAN: "Lingkungan",
      JALAN: "Jalan",
      LALU_LINTAS: "Lalu lintas",
      KETERTIBAN: "Ketertiban",
      DARURAT: "Darurat",
      SOSIAL: "Sosial dan kesehatan",
      UTILITAS: "Utilitas",
      LAYANAN: "Layanan umum",
    },
    role: { CITIZEN: "Warga", OFFICER: "Petugas", SUPERVISOR: "Pengawas", ADMIN: "Ruang kendali" },
    live: {
      idle: "Tidak langsung",
      connecting: "Menyambungkan…",
      live: "Langsung",
      lost: "Terputus, menyambung lagi…",
    },
    close: "Tutup",
    cancel: "Batal",
    retry: "Coba lagi",
    loading: "Memuat…",
    more: "Muat lebih banyak",
    failed: "Data tidak dapat dimuat. Periksa sambungan internet Anda.",
    unreachable: "Tidak ada sambungan. Isian Anda tetap ada; silakan coba lagi.",
    language: "English",
    skip: "Langsung ke isi",
    photo: "Foto",
    zoomIn: "Perbesar peta",
    zoomOut: "Perkecil peta",
    notFound: "Halaman ini tidak ada.",
    toStart: "Ke halaman awal",
  },
  {
    status: { WAITING: "Waiting", IN_PROGRESS: "In progress", PROCESSED: "Processed" },
    statusShort: { WAITING: "Waiting", IN_PROGRESS: "In progress", PROCESSED: "Processed" },
    resolution: {
      FIXED: "Fixed",
      DUPLICATE: "Duplicate of another report",
      OUT_OF_REMIT: "Out of remit",
      INVALID: "Invalid",
      WITHDRAWN: "Withdrawn by the reporter",
    },
    band: { ABOVE: "Above average", AVERAGE: "Average", BELOW: "Below average", none: "Too few reports yet" },
    group: {
      AIR: "Water",
      LINGKUNGAN: "Environment",
      JALAN: "Roads",
      LALU_LINTAS: "Traffic",
      KETERTIBAN: "Public order",
      DARURAT: "Emergencies",
      SOSIAL: "Social affairs and health",
      UTILITAS: "Utilities",
      LAYANAN: "Public services",
    },
    role: { CITIZEN: "Citizen", OFFICER: "Officer", SUPERVISOR: "Supervisor", ADMIN: "Control room" },
    live: { idle: "Not live", connecting: "Connecting…", live: "Live", lost: "Connection lost, reconnecting…" },
    close: "Close",
    cancel: "Cancel",
    retry: "Try again",
    loading: "Loading…",
    more: "Load more",
    failed: "The data could not be loaded. Check your connection.",
    unreachable: "There is no connection. What you wrote is still here; please try again.",
    language: "Bahasa Indonesia",
    skip: "Skip to content",
    photo: "Photo",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    notFound: "This page does not exist.",
    toStart: "To the start",
  },
);

/** The words for a status. */
export const statusWords = (status: Status): string => words().status[status];

/** The words for an outcome. */
export const resolutionWords = (resolution: EnumOf<"Resolution">): string => words().resolution[resolution];

/** The words for a band. Null and values of a later version are shown as "too few reports". */
export const bandWords = (band: EnumOf<"Band"> | null): string => words().band[band ?? "none"];

/** The name of a group of categories. A group that the city has added is shown like public services. */
export const groupWords = (group: string): string => {
  const names: Record<string, string> = words().group;
  return names[group] ?? words().group.LAYANAN;
};

/** The language that is not shown, as a code. */
export const otherLanguage = () => (language.value === "id" ? "en" : "id");
