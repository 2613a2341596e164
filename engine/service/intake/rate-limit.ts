/** How much one gateway may hand over. */
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

  /** Takes one token; returns 0, or the seconds until there is one again. */
  take(name: string, now: number): number {
    const { perSecond, burst } = this.rate
    const bucket = this.buckets.get(name) ?? { tokens: burst, at: now }
    bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, now - bucket.at) * perSecond)
    bucket.at = now
    if (this.buckets.size >= MOST_BUCKETS) this.forgetFull(now)
    this.buckets.set(name, bucket)
    if (bucket.tokens < 1) return (1 - bucket.tokens) / perSecond
    bucket.tokens -= 1
    return 0
  }

  private forgetFull(now: number): void {
    for (const [name, { tokens, at }] of this.buckets) {
      if (tokens + (now - at) * this.rate.perSecond >= this.rate.burst) this.buckets.delete(name)
    }
  }
}
