/** Logs of programs that speak Modbus, as they print frames. Check sums by the specification's algorithm, worked out apart. */
import { describe, expect, it } from "vitest"
import { captureOf } from "./read-capture.ts"

const found = (text: string) => captureOf(Buffer.from(text), "x.log", 1).answers.map(({ unit, functionCode, address, words }) => [unit, functionCode, address, words])

// Unit 1, function 3, address 0, two words: 0x0006 and 0x0005, which the specification's examples show too.
const seen = [[1, 3, 0, [6, 5]]]

describe("a trace", () => {
  it.each([
    ["Modbus/TCP in pairs", "00 07 00 00 00 06 01 03 00 00 00 02\n00 07 00 00 00 07 01 03 04 00 06 00 05"],
    ["Modbus/TCP as one number, with directions", "> 000000000006010300000002\n< 00000000000701030400060005"],
    ["pysunspec's, with text behind", "> 000000000006010300000002 ->request Register: 0 Count: 2\n< 00000000000701030400060005 ->response: 6"],
    ["libmodbus'", "[00][07][00][00][00][06][01][03][00][00][00][02]\nWaiting for a confirmation...\n<00><07><00><00><00><07><01><03><04><00><06><00><05>"],
    ["pymodbus'", "2026-01-02 03:04:05,678 DEBUG send: 0x0 0x7 0x0 0x0 0x0 0x6 0x1 0x3 0x0 0x0 0x0 0x2\nrecv: 0x0 0x7 0x0 0x0 0x0 0x7 0x1 0x3 0x4 0x0 0x6 0x0 0x5"],
    ["serial frames", "TX: 01 03 00 00 00 02 C4 0B\r\nRX: 01 03 04 00 06 00 05 DA 31\r\n"],
    ["serial frames with a time before and words behind", "12:00:01.5 01-03-00-00-00-02-c4-0b added\n12:00:01.6 01-03-04-00-06-00-05-da-31 decoded"],
    ["serial ASCII", ":010300000002FA\n:01030400060005ED"]
  ])("is read: %s", (_, text) => expect(found(text)).toEqual(seen))

  it("asks no answer to fit an earlier question of a serial line", () => {
    // 01 03 0000 0002 is not answered; 01 03 0010 0002 is.
    expect(found("01 03 00 00 00 02 C4 0B\n01 03 00 10 00 02 C5 CE\n01 03 04 00 06 00 05 DA 31")).toEqual([[1, 3, 16, [6, 5]]])
  })

  it.each([
    ["a wrong check sum", "01 03 00 00 00 02 C4 0B\n01 03 04 00 06 00 05 DA 32", /1 questions/],
    ["no frame", "hello\nadded 12 faces\n", /no Modbus frame/], ["nothing", "", /no Modbus frame/],
    ["an answer alone", "01 03 04 00 06 00 05 DA 31", /1 answers whose question is not there/]
  ])("is refused with %s", (_, text, message) => expect(() => found(text)).toThrow(message))
})
