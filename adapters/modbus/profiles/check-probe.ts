import { Fields, type Problem } from "./check-fields.ts"
import type { Probe } from "./profile.ts"

const isFinite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value)

/** Reads one probe of a profile; problems are added to `problems`. */
export const checkProbe = (value: unknown, path: string, problems: Problem[]): Probe => {
  const fields = new Fields(value, path, problems)
  fields.refuseOthers(["register", "lowest", "highest", "oneOf", "contains"])
  const limit = (field: "lowest" | "highest"): Partial<Probe> => {
    const found = fields.raw(field)
    if (isFinite(found)) return { [field]: found }
    if (fields.has(field)) fields.report(field, "must be a number")
    return {}
  }
  const oneOf = fields.list("oneOf", true, (item, place) => {
    if (typeof item === "string" || isFinite(item)) return item
    problems.push({ path: place, message: "must be a number or a text" })
    return 0
  })
  const probe: Probe = {
    register: fields.text("register"),
    ...limit("lowest"),
    ...limit("highest"),
    ...(oneOf.length > 0 && { oneOf }),
    ...(fields.has("contains") && { contains: fields.text("contains") })
  }
  if (Object.keys(probe).length < 2) fields.report("register", "needs lowest, highest, oneOf or contains beside it")
  return probe
}
