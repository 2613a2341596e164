import { stretchOf, type Device } from "./device.ts"

/** Schneider iEM3000: power as float32 in kW, energy as 64-bit integers in Wh, in stretches far apart. */
export const schneiderIem3000: Device = {
  name: "schneider-iem3000",
  unit: 1,
  stepWh: 1,
  counts: ["withdrawal", "injection"],
  silenceMs: 0,
  oneClient: false,
  stretches: ({ withdrawnWh, injectedWh, withdrawnW }) => {
    const electrical = stretchOf(3, 2_999, 112)
    electrical.bytes.setFloat32((3_059 - 2_999) * 2, withdrawnW / 1_000)
    const energy = stretchOf(3, 3_203, 24)
    energy.bytes.setBigInt64(0, BigInt(withdrawnWh))
    energy.bytes.setBigInt64(8, BigInt(injectedWh))
    return [electrical, energy]
  }
}
