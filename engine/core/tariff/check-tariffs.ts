import { localDayNamed } from "../calendar/local-day.ts"
import { isInForce, type TariffComponent, type TariffSet } from "./component.ts"

export type TariffSetStatus = "NotADay" | "HolderReserved" | "PriceMissing" | "PriceNotAsked" | "MonthlyPriceMissing" | "CapacityPriceChanges" | "EndsBeforeItBegins" | "TwoRatesOnOneDay"

/** What is wrong with a tariff set and where: `path` is the field's, as `components[2].until`. */
export interface TariffSetProblem {
  readonly status: TariffSetStatus
  readonly path: string
  readonly text: string
}

/** Accounts that a run books on by itself; a component paid to one of them could not be told from those bookings. */
const RESERVED = new Set(["@rounding", "@tax", "@community", "@premium"])

const problemOf = (component: TariffComponent, path: string): TariffSetProblem | undefined => {
  const { kind, price, perMonth, from, until, holder } = component
  for (const field of ["from", "until"] as const) {
    if (component[field] !== undefined && localDayNamed("UTC", component[field]) === undefined) return { status: "NotADay", path: `${path}.${field}`, text: `${component[field]} is no day` }
  }
  if (holder !== undefined && RESERVED.has(holder)) return { status: "HolderReserved", path: `${path}.holder`, text: `${holder} is an account of the settlement itself` }
  if (until !== undefined && until < from) return { status: "EndsBeforeItBegins", path: `${path}.until`, text: `${until} is before ${from}` }
  if (kind === "subscription") {
    if (perMonth === undefined) return { status: "MonthlyPriceMissing", path, text: "a subscription has `perMonth`" }
    return price === undefined ? undefined : { status: "PriceNotAsked", path: `${path}.price`, text: "a subscription has no price per kWh" }
  }
  if (price === undefined) return { status: "PriceMissing", path, text: `a component of kind ${kind} has a price` }
  if (perMonth !== undefined) return { status: "PriceNotAsked", path: `${path}.perMonth`, text: `a component of kind ${kind} has no monthly price` }
  return kind === "capacity" && typeof price !== "number" ? { status: "CapacityPriceChanges", path: `${path}.price`, text: "a capacity price is one number per kW and month" } : undefined
}

const sameScope = (left: TariffComponent, right: TariffComponent): boolean =>
  left.kind === right.kind && left.name === right.name && JSON.stringify([left.areas, left.classes, left.gridLevels, left.steps]) === JSON.stringify([right.areas, right.classes, right.gridLevels, right.steps])

/** Everything beyond the form of the fields that must hold in a tariff set; rates of one name and scope follow each other in time. */
export const checkTariffs = ({ components }: TariffSet): TariffSetProblem | undefined => {
  for (const [place, component] of components.entries()) {
    const path = `components[${place}]`
    const found = problemOf(component, path)
    if (found !== undefined) return found
    const other = components.slice(0, place).find((one) => sameScope(one, component) && (isInForce(one, component.from) || isInForce(component, one.from)))
    if (other !== undefined) return { status: "TwoRatesOnOneDay", path: `${path}.from`, text: `${component.name} has a rate already on ${other.from > component.from ? other.from : component.from}; end it by \`until\`` }
  }
  return undefined
}
