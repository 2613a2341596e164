/** The forms in which people write a register image down. */
import { describe, expect, it } from "vitest"
import { readImage } from "./register-image.ts"

const holding = [{ unit: 1, functionCode: 3, address: 40_000, words: [0x5375, 0x6e53] }]

describe("an image", () => {
  it.each([
    ["a list of blocks", '[{ "unit": 1, "functionCode": 3, "address": 40000, "words": [21365, "6e53"] }]'],
    ["a block alone", '{ "unit": 1, "functionCode": 3, "address": 40000, "words": "5375 6e53" }'],
    ["an address as hexadecimal text", '[{ "address": "0x9c40", "words": ["0x5375", "0x6e53"] }]'],
    ["an address as decimal text", '[{ "address": "40000", "words": "5375 6E53" }]'],
    ["the registers by name", '[{ "function": "holding", "address": 40000, "registers": [21365, 28243] }]'],
    ["other names", '{ "blocks": [{ "slaveId": 1, "fc": "0x03", "start": 40000, "data": [21365, 28243] }] }'],
    ["words by absolute addresses", '[{ "functionCode": "3", "words": { "40000": 21365, "40001": 28243 } }]'],
    ["words by addresses beside their first", '[{ "address": 40000, "words": { "40000": 21365, "40001": 28243 } }]'],
    ["words by addresses that count from the first", '[{ "address": 40000, "words": { "0": "5375", "1": "6e53" } }]'],
    ["a table of holding registers", '{ "holding": { "40000": [21365, 28243] } }'],
    ["a table with unit", '{ "unit": 1, "holding_registers": { "0x9c40": "5375 6e53" } }'],
    ["tables by function code", '{ "3": { "40000": 21365, "40001": "6e53" } }'],
    ["tables by unit", '{ "units": { "1": { "holding": { "40000": 21365, "40001": 28243 } } } }'],
    ["single registers in a list", '[{ "address": 40000, "value": 21365 }, { "address": 40001, "value": 28243 }]']
  ])("is read: %s", (_, text) => {
    const words = readImage(text, "x.json", 1)
    const joined = words.length === 2 && words[0]!.address + words[0]!.words.length === words[1]!.address
      ? [{ ...words[0]!, words: [...words[0]!.words, ...words[1]!.words] }] : words
    expect(joined).toEqual(holding)
  })

  it("has input registers and several units", () => {
    expect(readImage('{ "units": { "3": { "input": { "5": 7 }, "holding": [1, 2] } } }', "x", 1)).toEqual([
      { unit: 3, functionCode: 4, address: 5, words: [7] }, { unit: 3, functionCode: 3, address: 0, words: [1, 2] }
    ])
  })

  it.each([
    ["a manual's register number", '[{ "address": 440001, "words": [1] }]', /x\.json:1: \[0\]\.address: must be an address from 0 to 65535.*400001 is address 0 of function code 3/],
    ["a negative word", '[{ "address": 1, "words": [-1] }]', /\[0\]\.words\[0\]: must be a word/],
    ["a coil", '[{ "type": "coil", "address": 1, "words": [1] }]', /must be 3 or "holding", or 4 or "input"/],
    ["a word of five digits", '{ "holding": { "1": "12345" } }', /must be a word/],
    ["no words", '[{ "address": 1 }]', /words are missing; a block is written as \[\{ "unit": 1, "functionCode": 3/],
    ["two names for one thing", '[{ "address": 1, "start": 2, "words": [1] }]', /start says the same as address/],
    ["keys that could mean either", '[{ "address": 100, "words": { "50": 1 } }]', /keys from 50 on beside the address 100/],
    ["words without an address", '[{ "words": [1, 2] }]', /needs an address beside it/],
    ["a unit that is none", '{ "units": { "300": { "holding": { "1": 1 } } } }', /must be a unit id from 0 to 255/],
    ["a field that nobody knows", '[{ "address": 1, "words": [1], "color": "red" }]', /color is not a field/],
    ["a number", "7", /must be an object/]
  ])("is refused: %s", (_, text, message) => expect(() => readImage(text, "x.json", 1)).toThrow(message))
})
