/** How much one gateway, or one wallet, may hand over. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

interface Bucket {
  tokens: number
  at: number
}

/** Most buckets kept; full ones are forgotten first, which changes nothing for their owners. */
const MOST_BUCKETS = 20_000

/** Token buckets by name: each takes a burst and then so many a second. `now` is in seconds. */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>()
  private readonly rate: Rate

  constructor(rate: Rate) {
    this.rate = rate
  }

  /**
   * Takes tokens; returns 0, or the seconds until there are as many again. More than a burst are taken from a full bucket,
   * which owes them: nothing is ever too large, and nobody gets more than the rate for long.
   */
  take(name: string, now: number, count = 1): number {
    const { perSecond, burst } = this.rate
    const bucket = this.buckets.get(name) ?? { tokens: burst, at: now }
    bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, now - bucket.at) * perSecond)
    bucket.at = now
    if (this.buckets.size >= MOST_BUCKETS) this.forgetFull(now)
    this.buckets.set(name, bucket)
    const needed = Math.min(count, burst)
    if (bucket.tokens < needed) return (needed - bucket.tokens) / perSecond
    bucket.tokens -= count
    return 0
  }

  private forgetFull(now: number): void {
    for (const [name, { tokens, at }] of this.buckets) {
      if (tokens + (now - at) * this.rate.perSecond >= this.rate.burst) this.buckets.delete(name)
    }
  }
}
