import type { Quality } from "./metering-point.ts"

/** Exchange formats that say how an interval value came about, each by codes of its own. */
export type QualityFormat = "mscons" | "austria" | "espi" | "nem12" | "ocmf"

/**
 * Every code that a format has, and what it means here. The first code of a quality is the one that is written.
 * - MSCONS (EDIFACT, BDEW): QTY qualifiers. A value interpolated from true registers is a substitute there.
 * - Austria (EDA): L1 measured, L2 reliably calculated, L3 not final: replaceable within 16 days.
 * - ESPI (Green Button): QualityOfReading.
 * - NEM12 (AEMO): QualityMethod's first letter. F is a final substitute, E a forward estimate.
 * - OCMF: meter status; it has no word for a value that is only provisional, so none is written.
 */
const CODES: Readonly<Record<QualityFormat, ReadonlyArray<readonly [code: string, quality: Quality]>>> = {
  mscons: [
    ["220", "measured"],
    ["67", "substitute"],
    ["Z18", "provisional"],
    ["Z30", "missing"],
    ["201", "substitute"],
    ["187", "substitute"],
    ["20", "missing"]
  ],
  austria: [
    ["L1", "measured"],
    ["L2", "calculated"],
    ["L3", "provisional"]
  ],
  espi: [
    ["0", "measured"],
    ["11", "calculated"],
    ["8", "substitute"],
    ["10", "provisional"],
    ["16", "missing"],
    ["7", "substitute"],
    ["9", "substitute"],
    ["12", "substitute"],
    ["14", "provisional"],
    ["17", "measured"],
    ["18", "measured"],
    ["19", "measured"]
  ],
  nem12: [
    ["A", "measured"],
    ["F", "calculated"],
    ["S", "substitute"],
    ["E", "provisional"],
    ["N", "missing"]
  ],
  ocmf: [
    ["G", "measured"],
    ["S", "substitute"],
    ["N", "missing"],
    ["T", "missing"],
    ["D", "missing"],
    ["R", "missing"],
    ["I", "missing"],
    ["M", "provisional"],
    ["X", "provisional"],
    ["O", "provisional"]
  ]
}

/** What stands for a quality where a format has no code of its own: never one that claims more. */
const INSTEAD: Readonly<Record<Quality, ReadonlyArray<Quality>>> = {
  measured: [],
  calculated: ["substitute"],
  substitute: ["provisional"],
  provisional: ["substitute"],
  missing: ["provisional"]
}

/** Code of a format for a quality; a weaker one where the format has none. OCMF has no code for provisional that is not a fault: "S". */
export const codeOf = (format: QualityFormat, quality: Quality): string => {
  const written = format === "ocmf" && quality === "provisional" ? "substitute" : quality
  for (const one of [written, ...INSTEAD[written]]) {
    const found = CODES[format].find(([, means]) => means === one)
    if (found !== undefined) return found[0]
  }
  return ""
}

/** What a format's code means; undefined for a code that it does not have. */
export const qualityOf = (format: QualityFormat, code: string): Quality | undefined => CODES[format].find(([one]) => one === code)?.[1]
