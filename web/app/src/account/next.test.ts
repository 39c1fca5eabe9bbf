import { describe, expect, test } from "vitest";
import { safePath, signInAddress } from "./next";

const ORIGIN = "https://lapor.example.id";

describe("the path after a sign-in", () => {
  test.each(["/akun", "/laporan/JK2611300001?a=b#c", "/meja", "/"])("%s is kept", (path) => {
    expect(safePath(path, ORIGIN)).toBe(path);
  });

  test.each([
    ...["https://jahat.id/", "//jahat.id", "/\\jahat.id", "/\t/jahat.id", "javascript:alert(1)", "akun", "", null],
    ...["/masuk", "/masuk?next=/a", "/daftar", "/sandi", "//", "/\\\\"],
  ])("%j is none", (path) => {
    expect(safePath(path, ORIGIN)).toBeUndefined();
  });

  test("it survives the address of the sign-in", () => {
    const next = "/laporan?status=WAITING&q=a b";
    expect(new URLSearchParams(signInAddress(next).split("?")[1]).get("next")).toBe(next);
  });
});
