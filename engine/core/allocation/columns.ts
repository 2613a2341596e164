import { assertShared, makeSharing, type Sharing, type SharingKey } from "./keys/sharing.ts"

/** Points that share among each other by one key; places are columns, ascending by id. */
export interface ShareGroup {
  readonly producers: Int32Array
  readonly consumers: Int32Array
  readonly key: SharingKey
}

/** One sharing step over the columns of a community. `sharedWh` holds what each point gave or got in the last period. */
export interface ShareColumns {
  readonly sharedWh: Float64Array
  /** Shares what is still open in the period, takes it out of `openWh`, and returns the Wh shared. */
  readonly share: (openWh: Float64Array, time: number) => number
}

const shareGroup = (sharing: Sharing, { producers, consumers, key }: ShareGroup, openWh: Float64Array, sharedWh: Float64Array, time: number): number => {
  const { offeredWh, wantedWh, givenWh, receivedWh } = sharing
  for (let place = 0; place < producers.length; place++) offeredWh[place] = openWh[producers[place]!]!
  for (let place = 0; place < consumers.length; place++) wantedWh[place] = openWh[consumers[place]!]!
  const shared = key(sharing, time)
  assertShared(sharing, shared)
  for (let place = 0; place < producers.length; place++) {
    const point = producers[place]!
    sharedWh[point] = givenWh[place]!
    openWh[point]! -= givenWh[place]!
  }
  for (let place = 0; place < consumers.length; place++) {
    const point = consumers[place]!
    sharedWh[point] = receivedWh[place]!
    openWh[point]! -= receivedWh[place]!
  }
  return shared
}

/**
 * Makes a sharing step of a community of `points` metering points. A step takes what the steps before it left open, so
 * a hierarchy (own roof, building, feeder, area) is a list of steps. A group without producers or consumers shares nothing.
 */
export const makeShareColumns = (points: number, groups: ReadonlyArray<ShareGroup>): ShareColumns => {
  const sharedWh = new Float64Array(points)
  const rooms = groups
    .filter(({ producers, consumers }) => producers.length > 0 && consumers.length > 0)
    .map((group) => ({ group, sharing: makeSharing(group.producers.length, group.consumers.length) }))
  return {
    sharedWh,
    share: (openWh, time) => {
      let shared = 0
      for (const { group, sharing } of rooms) shared += shareGroup(sharing, group, openWh, sharedWh, time)
      return shared
    }
  }
}
