/** Captures of conversations, written byte by byte: what was asked, in which pieces it went over the wire, and what must be found. */
import { describe, expect, it } from "vitest"
import { answer, ethernet, ip4, ip6, pcapngOf, pcapOf, question, Sender, type Frame } from "../test-support/write-capture.ts"
import { captureOf } from "./read-capture.ts"

const port = 15_020
const sides = () => ({ client: new Sender(40_000, port), device: new Sender(port, 40_000, 7) })
const found = (file: Buffer) => captureOf(file, "x.pcap", 1).answers.map(({ unit, functionCode, address, words }) => [unit, functionCode, address, words])

/** Registers 72 and 73 of unit 3 asked with function 4, answered, each in one segment. */
const simple = (): readonly Buffer[] => {
  const { client, device } = sides()
  return [client.segment(question(9, 3, 4, 72, 2)), device.segment(answer(9, 3, 4, [0x4640, 0xe6ae]))]
}
const seen = [[3, 4, 72, [0x4640, 0xe6ae]]]
const inEthernet = (segments: readonly Buffer[]): readonly Frame[] => segments.map((segment) => ethernet(ip4(segment)))

describe("a capture", () => {
  const forms: readonly (readonly [string, () => Buffer])[] = [
    ["pcap", () => pcapOf(inEthernet(simple()))],
    ["pcap of a big-endian machine, in nanoseconds", () => pcapOf(inEthernet(simple()), { isLittle: false, isNano: true })],
    ["pcapng", () => pcapngOf(inEthernet(simple()))],
    ["pcapng of a big-endian machine", () => pcapngOf(inEthernet(simple()), { isLittle: false })],
    ["tagged frames", () => pcapOf(simple().map((segment) => ethernet(ip4(segment), true)))],
    ["IPv6", () => pcapOf(simple().map((segment) => ethernet(ip6(segment))))],
    ["raw IP", () => pcapOf(simple().map(ip4), { linkType: 101 })],
    ["BSD loopback", () => pcapOf(simple().map((segment) => Buffer.concat([Buffer.from([2, 0, 0, 0]), ip4(segment)])), { linkType: 0 })],
    ["Linux any", () => pcapOf(simple().map((segment) => Buffer.concat([Buffer.alloc(14), Buffer.from([8, 0]), ip4(segment)])), { linkType: 113 })],
    ["Linux any, second edition", () => pcapngOf(simple().map((segment) => Buffer.concat([Buffer.from([8, 0]), Buffer.alloc(18), ip4(segment)])), { linkType: 276 })]
  ]

  it.each(forms)("is read from %s", (_, file) => expect(found(file())).toEqual(seen))

  it("says when the words were seen", () => {
    for (const [, file] of forms.slice(0, 4)) expect(captureOf(file(), "x", 1).answers[0]?.atMs).toBe(Date.UTC(2026, 0, 1) + 1)
  })

  it("is put together from pieces that come twice, late, and behind bytes of another protocol", () => {
    const { client, device } = sides()
    const asked = [client.segment(Buffer.alloc(0), { isSyn: true }), client.segment(Buffer.from("GET / HTTP/1.1\r\n")), client.segment(question(1, 1, 3, 10, 3))]
    const whole = answer(1, 1, 3, [1, 2, 3])
    const parts = [device.segment(whole.subarray(0, 5)), device.segment(whole.subarray(5, 11)), device.segment(whole.subarray(11))]
    const order = [...asked, parts[0]!, parts[2]!, parts[0]!, parts[1]!, parts[2]!]
    expect(found(pcapOf(inEthernet(order)))).toEqual([[1, 3, 10, [1, 2, 3]]])
  })

  it("pairs answers by number, unit, function and length, in any order", () => {
    const { client, device } = sides()
    const asked = client.segment(Buffer.concat([question(1, 1, 3, 100, 1), question(2, 1, 3, 200, 1), question(3, 2, 3, 300, 1), question(4, 1, 4, 400, 1)]))
    const answered = device.segment(Buffer.concat([answer(4, 1, 4, [4]), answer(2, 1, 3, [2]), answer(3, 2, 3, [3]), answer(1, 1, 3, [1])]))
    expect(found(pcapOf(inEthernet([asked, answered])))).toEqual([[1, 3, 100, [1]], [2, 3, 300, [3]], [1, 3, 200, [2]], [1, 4, 400, [4]]])
  })

  it("leaves out answers whose question is not there or not sure", () => {
    const { client, device } = sides()
    const file = pcapOf(inEthernet([
      device.segment(answer(9, 1, 3, [9])), // begun in the middle
      client.segment(Buffer.concat([question(0, 1, 3, 100, 1), question(0, 1, 3, 200, 1)])), device.segment(answer(0, 1, 3, [5])), // one number for all
      client.segment(question(1, 1, 3, 300, 2)), device.segment(answer(1, 1, 3, [6])), // another length
      client.segment(question(2, 1, 3, 400, 1)), device.segment(answer(2, 2, 3, [7])), // another unit
      client.segment(question(3, 1, 3, 500, 1)), device.segment(answer(3, 1, 3, [8]))
    ]))
    expect(found(file)).toEqual([[1, 3, 500, [8]]])
    expect(captureOf(file, "x", 1).tally).toMatchObject({ answers: 1, unmatched: 4 })
  })

  it("goes on behind a segment that was not captured", () => {
    const { client, device } = sides()
    const asked = client.segment(Buffer.concat([question(1, 1, 3, 0, 4), question(2, 1, 3, 50, 1)]))
    const lost = answer(1, 1, 3, [1, 2, 3, 4])
    const frames = [asked, device.segment(lost.subarray(0, 8)), device.segment(lost.subarray(8, 12)), device.segment(Buffer.concat([lost.subarray(12), answer(2, 1, 3, [77])]))]
    expect(found(pcapOf(inEthernet(frames.filter((_, index) => index !== 2))))).toEqual([[1, 3, 50, [77]]])
  })

  it("gives the last words of each place first", () => {
    const { client, device } = sides()
    const polls = [1, 2, 3].flatMap((value) => [client.segment(question(value, 1, 3, 0, 1)), device.segment(answer(value, 1, 3, [value]))])
    expect(found(pcapOf(inEthernet(polls)))).toEqual([[1, 3, 0, [3]]])
  })

  it.each([
    ["nothing in it", () => pcapOf([]), /no Modbus frame that reads registers/],
    ["a header that is cut off", () => pcapOf([]).subarray(0, 20), /header is not whole/],
    ["only questions", () => pcapOf(inEthernet(simple().slice(0, 1))), /1 questions, 0 refusals/],
    ["another kind of link", () => pcapOf(inEthernet(simple()), { linkType: 127 }), /kind of link \(127\)/]
  ])("is refused with %s", (_, file, message) => expect(() => captureOf(file(), "x", 1)).toThrow(message))

  it("gives what was before its end, where it is cut off", () => {
    const file = pcapOf(inEthernet([...simple(), ...simple()]))
    expect(found(file.subarray(0, file.length - 3))).toEqual(seen)
  })
})
