import { signal } from "@preact/signals";
import { client } from "../api/client";
import { now } from "../api/clock";
import { language } from "../texts";
import { dayOf } from "../texts/format";
import { REPORTABLE, type Category } from "./documents";

const OFTEN = 6;
/** What people report most anywhere, for a city without reports. */
const USUAL = ["SAMPAH", "JALAN_RUSAK", "BANJIR", "LAMPU_JALAN", "PARKIR_LIAR", "POHON"];
/** The order of the groups: everyday things first, emergencies, for which one telephones, where they are seen. */
const GROUPS = ["LINGKUNGAN", "JALAN", "AIR", "LALU_LINTAS", "UTILITAS", "DARURAT", "KETERTIBAN", "SOSIAL", "LAYANAN"];
const DAYS = 30;

const name = (): string => `tanggap.categories.${language.peek()}`;

/** What was loaded before: the form works without a network. */
function kept(): readonly Category[] {
  return JSON.parse(localStorage.getItem(name()) ?? "[]") as Category[];
}

/** The problems that can be reported, those reported most in the last 30 days first. */
export const categories = signal<readonly Category[]>(kept());

/** Load the categories. While they are shown they keep their order: nothing moves under a finger. */
export async function loadCategories(): Promise<void> {
  if (categories.peek().length === 0) categories.value = kept();
  const from = dayOf(now() - DAYS * 86_400_000);
  const { data } = await client.peek().query(REPORTABLE, { from }, { requestPolicy: "network-only" }).toPromise();
  if (!data) return;
  const counts = new Map(data.reportStatistics.rows.map((row) => [row.category?.code, row.received]));
  const rank = ({ code }: Category) => (counts.get(code) ?? 0) * USUAL.length + USUAL.length - usual(code);
  const ordered = [...data.categories].sort((a, b) => rank(b) - rank(a));
  localStorage.setItem(name(), JSON.stringify(ordered));
  const shown = categories.peek();
  const isSame =
    shown.length === ordered.length && shown[0]?.name === ordered.find(({ id }) => id === shown[0]?.id)?.name;
  if (!isSame) categories.value = ordered;
}

function usual(code: string): number {
  const at = USUAL.indexOf(code);
  return at < 0 ? USUAL.length : at;
}

/** The category with a code, if it is known here. */
export const categoryOf = (code: string | undefined): Category | undefined =>
  categories.value.find((each) => each.code === code);

export interface Group {
  /** The code of the group; null for those that are reported often. */
  code: string | null;
  categories: readonly Category[];
}

/** Categories in groups, those that are reported often first and in their groups too. */
export function grouped(all: readonly Category[]): Group[] {
  const codes = [...GROUPS, ...all.map(({ group }) => group).filter((group) => !GROUPS.includes(group))];
  const groups = [...new Set(codes)].map((code) => ({ code, categories: all.filter(({ group }) => group === code) }));
  return [{ code: null, categories: all.slice(0, OFTEN) }, ...groups.filter((group) => group.categories.length > 0)];
}

/** The categories whose name or hint has all words of a text. */
export function matching(all: readonly Category[], text: string): Category[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const inName = (each: Category) => words.every((word) => each.name.toLowerCase().includes(word));
  const found = all.filter((each) => words.every((word) => `${each.name} ${each.hint}`.toLowerCase().includes(word)));
  return [...found.filter(inName), ...found.filter((each) => !inName(each))];
}
