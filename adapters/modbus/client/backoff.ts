/** How long to wait before the next try to connect. */
export interface BackoffSettings {
  /** Wait after the first failure, in ms; it doubles with each further one. */
  readonly firstMs: number
  readonly highestMs: number
}

/**
 * The wait in ms after so many failures in a row (1 or more). `random` in [0, 1) takes up to half of it
 * away, so that a hundred meters behind one router do not come back in the same millisecond.
 */
export const backoffMs = (settings: BackoffSettings, failures: number, random: number): number => {
  const full = Math.min(settings.highestMs, settings.firstMs * 2 ** Math.min(failures - 1, 30))
  return full * (1 - random / 2)
}
