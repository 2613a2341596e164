import type { RunStatus } from "../../../../engine/core/settlement/community/community-run.ts"

/** `provisional`, `final` or `correction 2`. */
export const statusText = (status: RunStatus): string => (status.kind === "correction" ? `correction ${status.number}` : status.kind)

/** The status that {@link statusText} wrote, or undefined. */
export const statusOf = (text: string): RunStatus | undefined => {
  if (text === "provisional" || text === "final") return { kind: text }
  const number = Number(/^correction (\d{1,9})$/.exec(text)?.[1])
  return Number.isInteger(number) && number > 0 ? { kind: "correction", number } : undefined
}
