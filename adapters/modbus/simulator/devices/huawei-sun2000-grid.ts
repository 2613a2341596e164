import { stretchOf, type Device } from "./device.ts"

const first = 37_100

/**
 * The grid meter of a Huawei SUN2000: positive means fed in, so the lower of the two energy addresses is the
 * injected one; hundredths of a kWh. Serves one client, and none in its first moments.
 */
export const huaweiSun2000Grid: Device = {
  name: "huawei-sun2000-grid",
  unit: 1,
  stepWh: 10,
  counts: ["withdrawal", "injection"],
  silenceMs: 50,
  oneClient: true,
  stretches: ({ withdrawnWh, injectedWh, withdrawnW }) => {
    const map = stretchOf(3, first, 38)
    const at = (register: number): number => (register - first) * 2
    map.bytes.setUint16(at(37_100), 1) // meter status: normal
    for (const phase of [37_101, 37_103, 37_105]) map.bytes.setInt32(at(phase), 2_300)
    map.bytes.setInt32(at(37_113), -withdrawnW)
    map.bytes.setUint32(at(37_119), injectedWh / 10)
    map.bytes.setUint32(at(37_121), withdrawnWh / 10)
    return [map]
  }
}
