import { carloGavazziEm24 } from "./carlo-gavazzi-em24.ts"
import type { Device } from "./device.ts"
import { eastronSdm630 } from "./eastron-sdm630.ts"
import { huaweiSun2000Grid } from "./huawei-sun2000-grid.ts"
import { schneiderIem3000 } from "./schneider-iem3000.ts"
import { sunspecInverter } from "./sunspec-inverter.ts"

/** Every kind of device that can be simulated, by name. */
export const allDevices: ReadonlyMap<string, Device> = new Map(
  [eastronSdm630, carloGavazziEm24, huaweiSun2000Grid, schneiderIem3000, sunspecInverter]
    .map((device) => [device.name, device])
)
