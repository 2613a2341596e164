/** The CRC of RTU frames (Modbus over Serial Line 6.2.2: polynomial 0xA001 reflected, start 0xFFFF), by table. */

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  return crc
})

/** The CRC of the bytes from `start` up to `end`; on the wire its low byte comes first. */
export const crc16 = (bytes: Uint8Array, start: number, end: number): number => {
  let crc = 0xffff
  for (let index = start; index < end; index++) crc = (crc >> 8) ^ table[(crc ^ bytes[index]!) & 0xff]!
  return crc
}
