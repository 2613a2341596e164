/** The pages of docs/meters, made from the profiles, so that they cannot say anything else. */
import { planBlocks } from "../poller/plan-blocks.ts"
import { listProfiles, loadProfile } from "../profiles/load-profile.ts"
import type { DeviceProfile, Probe, Register } from "../profiles/profile.ts"
import { spanOf } from "../profiles/raw-block.ts"

const titles: Readonly<Record<string, string>> = {
  abb: "ABB", "bg-etech": "B+G e-tech", "carlo-gavazzi": "Carlo Gavazzi", eastron: "Eastron", eltako: "Eltako", finder: "Finder", huawei: "Huawei",
  janitza: "Janitza", kostal: "Kostal", orno: "ORNO", others: "Further devices", schneider: "Schneider Electric", siemens: "Siemens", sma: "SMA",
  solaredge: "SolarEdge", sunspec: "SunSpec"
}

const generated = "<!-- Made from the profiles by adapters/modbus/pages/write.ts; edits are overwritten. -->"

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n")

const scaleText = ({ scale: { numerator, denominator }, scaleFactorAddress }: Register): string =>
  `${denominator === 1 ? numerator : numerator / denominator}${scaleFactorAddress === undefined ? "" : ` x 10^(word ${scaleFactorAddress})`}`

/** The type, and of a quantity in parts the type and scale of each. */
const typeText = ({ type, words, parts }: Register): string => parts
  ? parts.map((part) => `${part.type} at ${part.address} x ${scaleText(part)}`).join(" + ")
  : type === "text" ? `text, ${words} words` : type

const patterns = ({ notImplemented, words }: Register): string =>
  notImplemented.map((pattern) => `0x${pattern.toString(16).padStart(words * 4, "0")}`).join(", ")

const meaning = (register: Register): string => [
  register.role ?? "",
  register.wordOrder === "little" && register.words > 1 ? "low word first" : "",
  register.byteOrder === "little" ? "low byte first" : "",
  register.absolute ? "its sign has no meaning" : "",
  register.refusedFrom === undefined ? "" : `refused from 0x${register.refusedFrom.toString(16)}: a negative number`,
  register.multiplyBy ? `times ${register.multiplyBy.join(" and ")}` : "",
  register.notImplementedReads === 0 ? "no value reads 0" : "",
  register.enumeration ? [...register.enumeration].map(([number, name]) => `${number} ${name}`).join(", ") : ""
].filter((text) => text !== "").join("; ")

const registerTable = (registers: readonly Register[], place: (register: Register) => string): string =>
  table(["name", "place", "type", "scale", "unit", "no value", "meaning"], registers.map((register) =>
    [register.name, place(register), typeText(register), scaleText(register), register.unit, patterns(register), meaning(register)]))

const probeText = ({ register, lowest, highest, oneOf, contains }: Probe): string => {
  if (oneOf) return `${register} is ${oneOf.join(" or ")}`
  return contains === undefined ? `${register} from ${lowest ?? "any"} to ${highest ?? "any"}` : `${register} contains "${contains}"`
}

const facts = (profile: DeviceProfile): readonly string[] => [
  ...(profile.aliases.length > 0 ? [`Also known as ${profile.aliases.map((alias) => `\`${alias}\``).join(", ")}.`] : []),
  `Port ${profile.port}, unit ${profile.unit}, up to ${profile.maxWords} words a request across ${profile.maxGap} unused ones, ${profile.depth} request in flight.`,
  ...(profile.silenceAfterConnectMs > 0 ? [`Silent for ${profile.silenceAfterConnectMs} ms after a connect.`] : []),
  ...(profile.clients > 0 ? [`Bears ${profile.clients} client at a time.`] : []),
  `Positive power means ${profile.positive}. One step of an energy counter is ${profile.registerStepWh} Wh, unless a scale factor or a coarse float says otherwise.`,
  ...(profile.probes.length > 0 ? [`Recognised by: ${profile.probes.map(probeText).join("; ")}.`] : []),
  ...profile.notes.map((note) => `Note: ${note}.`),
  `Facts from ${profile.source}. Licence of the source: ${profile.licence}.`
]

const fixedDevice = (profile: DeviceProfile): string => {
  const requests = planBlocks(profile.registers.map(spanOf), profile).length
  return [`All ${profile.registers.length} registers take ${requests} ${requests === 1 ? "request" : "requests"}. Places are function code and zero-based address.`, "",
    registerTable(profile.registers, ({ functionCode, address }) => `${functionCode}: ${address}`)].join("\n")
}

const sunspecDevice = (profile: DeviceProfile): string =>
  `Reads the SunSpec models ${[...new Set(profile.registers.map(({ model }) => model))].join(", ")}; their points stand on the page [SunSpec](sunspec.md).`

const device = (profile: DeviceProfile): string => [
  `## ${profile.description}`, "", `\`${profile.id}\``, "", ...facts(profile).map((fact) => `- ${fact}`), "",
  profile.addressing === "sunspec" ? sunspecDevice(profile) : fixedDevice(profile)
].join("\n")

const models = (profiles: readonly DeviceProfile[]): string => {
  const points = new Map(profiles.flatMap(({ registers }) => registers.map((register) => [`${register.model} ${register.name}`, register] as const)))
  const numbers = [...new Set([...points.values()].map(({ model }) => model ?? 0))].toSorted((a, b) => a - b)
  return numbers.map((number) => [`## Model ${number}`, "", "Places count in words from the model's id.", "",
    registerTable([...points.values()].filter(({ model }) => model === number), ({ address }) => String(address))].join("\n")).join("\n\n")
}

const page = (family: string, profiles: readonly DeviceProfile[]): string => [
  `# ${titles[family] ?? family}`, "", generated, "", profiles.map(device).join("\n\n"),
  ...(family === "sunspec" ? ["", models(profiles)] : []), ""
].join("\n")

const index = (profiles: readonly DeviceProfile[]): string => [
  "# Meters", "", generated, "",
  "Devices that Commonwatt reads as they are. A device that is not here is read with [a profile of your own](../guides/meter-profiles.md), or by SunSpec.", "",
  table(["device", "profile", "registers", "requests"], profiles.map((profile) => [
    `[${profile.description}](${profile.family}.md)`, `\`${profile.id}\``, String(profile.registers.length),
    profile.addressing === "sunspec" ? "by model" : String(planBlocks(profile.registers.map(spanOf), profile).length)
  ])), ""
].join("\n")

/** The text of every page, by its file name in docs/meters. */
export const pages = (): ReadonlyMap<string, string> => {
  const profiles = listProfiles().map(loadProfile)
  const families = Object.groupBy(profiles, ({ family }) => family)
  return new Map([
    ["README.md", index(profiles)],
    ...Object.entries(families).map(([family, own = []]) => [`${family}.md`, page(family, own)] as const)
  ])
}
