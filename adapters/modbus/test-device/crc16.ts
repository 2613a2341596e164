const polynomial = 0xa001

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ polynomial : crc >> 1
  return crc
})

/** The checksum of the serial line (Modbus over Serial Line 1.02, 6.2.2) over some bytes. */
export const crc16 = (bytes: Buffer): number => {
  let crc = 0xffff
  for (const byte of bytes) crc = (crc >> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0)
  return crc
}
