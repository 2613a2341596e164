import { stretchOf, type Device } from "./device.ts"

const wordsShown = 384 // input registers 0 to 383, readable across their gaps

/** Eastron SDM630: everything is a float32, high word first, at even input registers. */
export const eastronSdm630: Device = {
  name: "eastron-sdm630",
  unit: 1,
  stepWh: 10,
  counts: ["withdrawal", "injection"],
  silenceMs: 0,
  oneClient: false,
  stretches: ({ withdrawnWh, injectedWh, withdrawnW }) => {
    const map = stretchOf(4, 0, wordsShown)
    const put = (register: number, value: number): void => map.bytes.setFloat32(register * 2, value)
    for (const phase of [0, 2, 4]) put(phase, 230)
    put(0x34, withdrawnW)
    put(0x46, 50)
    put(0x48, withdrawnWh / 1_000)
    put(0x4a, injectedWh / 1_000)
    put(0x156, (withdrawnWh + injectedWh) / 1_000)
    return [map]
  }
}
