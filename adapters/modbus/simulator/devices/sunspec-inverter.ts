import { stretchOf, type Device } from "./device.ts"

const base = 40_000
const commonLength = 66
const vendorLength = 7
const inverterLength = 50
const inverterAt = 2 + (2 + commonLength) + (2 + vendorLength)
const notImplemented = 0x8000

const putText = (bytes: DataView, word: number, text: string): void => {
  for (let index = 0; index < text.length; index++) bytes.setUint8(word * 2 + index, text.charCodeAt(index))
}

/** The finest scale factor with which this power fits in 16 bits; it changes while the sun rises. */
const powerScale = (watts: number): number => watts * 10 <= 32_767 ? -1 : watts <= 32_767 ? 0 : 1

/** Words of model 103 that this inverter has; the others say "not implemented". */
const putInverter = (bytes: DataView, injectedWh: number, injectedW: number): void => {
  const put = (point: number, value: number): void => bytes.setInt16((inverterAt + point) * 2, value)
  for (let point = 2; point < 2 + inverterLength; point++) put(point, notImplemented)
  put(0, 103)
  put(1, inverterLength)
  put(14, Math.round(injectedW / 10 ** powerScale(injectedW))) // W
  put(15, powerScale(injectedW)) // W_SF: tenths of a W while they fit
  bytes.setUint32((inverterAt + 24) * 2, injectedWh / 10) // WH
  put(26, 1) // WH_SF: tens of Wh
  put(38, injectedW > 0 ? 4 : 2) // operating state: on the grid, or asleep
}

/** A three-phase inverter with a SunSpec map: the common model, a vendor's own, then model 103. */
export const sunspecInverter: Device = {
  name: "sunspec-inverter-three-phase",
  unit: 126,
  stepWh: 10,
  counts: ["injection"],
  silenceMs: 0,
  oneClient: false,
  stretches: ({ injectedWh, withdrawnW }) => {
    const map = stretchOf(3, base, inverterAt + 2 + inverterLength + 2)
    const put = (word: number, value: number): void => map.bytes.setUint16(word * 2, value)
    putText(map.bytes, 0, "SunS")
    put(2, 1)
    put(3, commonLength)
    putText(map.bytes, 4, "Commonwatt simulator")
    put(4 + commonLength, 64_110)
    put(5 + commonLength, vendorLength)
    putInverter(map.bytes, injectedWh, -withdrawnW)
    put(inverterAt + 2 + inverterLength, 0xffff)
    return [map]
  }
}
