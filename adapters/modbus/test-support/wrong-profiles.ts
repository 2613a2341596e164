/** Profiles with one wrong fact, to show that a wrong fact is noticed. */
import type { DeviceProfile, Register, Role } from "../profiles/profile.ts"

const changed = (profile: DeviceProfile, change: (register: Register) => Register): DeviceProfile =>
  ({ ...profile, registers: profile.registers.map(change) })

/** The least significant word comes first where it came last, and the other way round. */
export const wordOrderSwapped = (profile: DeviceProfile): DeviceProfile =>
  changed(profile, (register) => ({ ...register, wordOrder: register.wordOrder === "big" ? "little" : "big" }))

const other: Readonly<Partial<Record<Role, Role>>> = {
  importEnergy: "exportEnergy", exportEnergy: "importEnergy", importPower: "exportPower", exportPower: "importPower"
}

/** What the device calls import is taken for export, and the other way round. */
export const signSwapped = (profile: DeviceProfile): DeviceProfile => ({
  ...changed(profile, (register) => register.role ? { ...register, role: other[register.role] ?? register.role } : register),
  positive: profile.positive === "import" ? "export" : "import"
})

/** One count is ten times what it was. */
export const scaleTenfold = (profile: DeviceProfile): DeviceProfile =>
  changed(profile, (register) => ({ ...register, scale: { ...register.scale, numerator: register.scale.numerator * 10 } }))
