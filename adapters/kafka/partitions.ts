/** Which partition carries which grid area. */
export interface AreaPartitions {
  /** Partitions that the topics need. */
  readonly count: number
  /** The area's partition; throws where there is none. */
  readonly of: (area: string) => number
}

/**
 * The registry of areas. Given partitions are never reassigned: an area's records stay where they are.
 * Without a registry the log serves one area, the first that asks, in partition 0, and refuses every other.
 */
export const areaPartitions = (registry?: Readonly<Record<string, number>>): AreaPartitions => {
  if (registry === undefined) return onlyArea()
  const numbers = Object.values(registry)
  if (new Set(numbers).size !== numbers.length) throw new RangeError("two areas share a partition")
  if (numbers.some((number) => !Number.isSafeInteger(number) || number < 0)) throw new RangeError("a partition is no count")
  return {
    count: Math.max(0, ...numbers) + 1,
    of: (area) => {
      const partition = Object.hasOwn(registry, area) ? registry[area] : undefined
      if (partition === undefined) throw new RangeError(`area ${area} has no partition in the registry`)
      return partition
    }
  }
}

const onlyArea = (): AreaPartitions => {
  let first: string | undefined
  return {
    count: 1,
    of: (area) => {
      first ??= area
      if (area !== first) throw new RangeError(`without a registry of partitions only ${first} has one, not ${area}`)
      return 0
    }
  }
}
