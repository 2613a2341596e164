import { expect, it } from "vitest"
import { decodeAll } from "../../adapters/modbus/profiles/named-values.ts"
import { listProfiles, loadProfile } from "../../adapters/modbus/profiles/load-profile.ts"
import { answerTo, askAnything, judgeStream, refusalOf, type Envelope } from "./frames.ts"
import { mutate } from "./mutate.ts"
import { Random } from "./random.ts"
import { receive } from "./receive.ts"

const frames = Number(process.env["COMMONWATT_FUZZ_FRAMES"] ?? "50000")
const seed = Number(process.env["COMMONWATT_FUZZ_SEED"] ?? "20260607")

const sameWords = (left: readonly number[], right: readonly number[]): boolean =>
  left.length === right.length && left.every((word, index) => word === right[index])

/** What was accepted is decoded by each profile in turn, as if its first register stood where the answer begins. */
const profiles = listProfiles().map(loadProfile)

it.each<Envelope>(["mbap", "rtu"])(`${frames} mutated %s frames: none crashes, none that is broken is accepted`, (envelope) => {
  const random = new Random(seed + (envelope === "rtu" ? 1 : 0))
  const count = { broken: 0, unchanged: 0, flipsThatStayValid: 0, refusals: 0 }
  const brokenAt: Record<string, number> = {}
  for (let index = 0; index < frames; index++) {
    const asked = askAnything(random, envelope)
    const frame = random.below(16) === 0 ? refusalOf(asked, random) : answerTo(asked, random)
    const stream = mutate(frame, random)
    const verdict = judgeStream(asked, stream)
    const received = receive(asked, stream, random)
    const place = (): string => `seed ${seed}, frame ${index}: ${JSON.stringify(asked)} ${stream.toString("hex")}`
    if (verdict.kind === "broken") {
      count.broken += 1
      brokenAt[verdict.at] = (brokenAt[verdict.at] ?? 0) + 1
      if (received.kind !== "refused" && received.kind !== "waiting") expect.fail(`accepted, though its ${verdict.at} is broken: ${place()}`)
    } else if (verdict.kind === "refusal") {
      count.refusals += 1
      if (received.kind !== "refusal" || received.code !== verdict.code) expect.fail(`a refusal gave ${JSON.stringify(received)}: ${place()}`)
    } else {
      if (received.kind !== "answer" || !sameWords(received.words, verdict.words)) expect.fail(`a right answer gave ${JSON.stringify(received)}: ${place()}`)
      if (stream.equals(frame)) count.unchanged += 1
      else count.flipsThatStayValid += 1
      if (index % 16 === 0) {
        const { registers } = profiles[index / 16 % profiles.length]!
        decodeAll(registers, [{ functionCode: registers[0]!.functionCode, address: registers[0]!.address, words: verdict.words }])
      }
    }
  }
  process.stdout.write(`${envelope}: ${frames} frames, ${JSON.stringify(count)}, broken ${JSON.stringify(brokenAt)}\n`)
  expect(count.broken).toBeGreaterThan(frames / 2)
  // Modbus/TCP has no checksum, so flips in its data pass; the CRC of RTU lets only chance through.
  if (envelope === "mbap") expect(count.flipsThatStayValid).toBeGreaterThan(frames / 100)
  else expect(count.flipsThatStayValid).toBeLessThan(frames / 1_000)
  for (const at of envelope === "mbap" ? ["header", "length", "unit", "function", "byte count"] : ["length", "unit", "function", "byte count", "CRC"]) {
    expect(brokenAt[at], `no frame was broken at its ${at}`).toBeGreaterThan(0)
  }
})

it("every single bit of an answer: the envelope's are noticed, the data's pass only where there is no checksum", () => {
  const random = new Random(seed)
  for (const envelope of ["mbap", "rtu"] as const) {
    const asked = { ...askAnything(random, envelope), words: 10 }
    const frame = answerTo(asked, random)
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const stream = Buffer.from(frame)
      stream[bit >> 3]! ^= 1 << (bit & 7)
      const isData = envelope === "mbap" && bit >= 9 * 8
      expect(receive(asked, stream, random).kind === "answer", `${envelope} bit ${bit}`).toBe(isData)
    }
    expect(receive(asked, frame, random).kind).toBe("answer")
  }
})
