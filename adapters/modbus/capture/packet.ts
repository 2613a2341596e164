/** One packet of a capture: bytes of a link layer, and when they were seen. */
export interface Packet {
  /** The number that tcpdump gives to the kind of link (LINKTYPE_...). */
  readonly linkType: number
  readonly bytes: Buffer
  /** Ms since 1970, or null where the capture does not say. */
  readonly atMs: number | null
}
