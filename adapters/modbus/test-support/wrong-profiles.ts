/** Profiles with one wrong fact, to show that a wrong fact is noticed. */
import type { DeviceProfile } from "../profiles/profile.ts"

/** The least significant word comes first where it came last, and the other way round. */
export const wordOrderSwapped = (profile: DeviceProfile): DeviceProfile => ({
  ...profile,
  registers: profile.registers.map((register) =>
    Object.assign({}, register, { wordOrder: register.wordOrder === "big" ? "little" : "big" }))
})

/** What the device calls positive is taken for the other way. */
export const signSwapped = (profile: DeviceProfile): DeviceProfile =>
  ({ ...profile, positive: profile.positive === "import" ? "export" : "import" })
