import { stretchOf, type Device } from "./device.ts"

/** Carlo Gavazzi EM24: 32-bit integers, low word first; energy in tenths of a kWh. */
export const carloGavazziEm24: Device = {
  name: "carlo-gavazzi-em24",
  unit: 1,
  stepWh: 100,
  counts: ["withdrawal", "injection"],
  silenceMs: 0,
  oneClient: false,
  stretches: ({ withdrawnWh, injectedWh, withdrawnW }) => {
    const map = stretchOf(4, 0, 0x60)
    const put = (register: number, value: number): void => {
      map.bytes.setUint16(register * 2, value & 0xffff)
      map.bytes.setUint16(register * 2 + 2, (value >> 16) & 0xffff)
    }
    for (const phase of [0, 2, 4]) put(phase, 2_300)
    put(0x28, withdrawnW * 10)
    put(0x42, withdrawnWh / 100)
    put(0x5c, injectedWh / 100)
    return [map]
  }
}
