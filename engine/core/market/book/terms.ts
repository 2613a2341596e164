import { ALLOW, LIMIT } from "./terms-codes.ts"

export * from "./terms-codes.ts"

/** Packs side (bit 0), kind (bits 1-3) and self-trade policy (bits 4-6). */
export const termsOf = (side: number, kind: number = LIMIT, policy: number = ALLOW): number => side | (kind << 1) | (policy << 4)
export const sideOf = (terms: number): number => terms & 1
export const kindOf = (terms: number): number => (terms >>> 1) & 7
export const policyOf = (terms: number): number => (terms >>> 4) & 7

/** Whether an order of these terms may come to rest. */
export const mayRest = (terms: number): boolean => {
  const kind = (terms >>> 1) & 7
  return kind === 0 || kind === 4
}

/** Whether a number is packed terms. */
export const areTerms = (terms: number): boolean => (terms & 127) === terms && ((terms >>> 1) & 7) <= 4 && terms >>> 4 <= 4
