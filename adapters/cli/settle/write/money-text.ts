/** Cents as `-12.30`. */
export const centsText = (cents: bigint): string => {
  const magnitude = (cents < 0n ? -cents : cents).toString().padStart(3, "0")
  return `${cents < 0n ? "-" : ""}${magnitude.slice(0, -2)}.${magnitude.slice(-2)}`
}

/** Wh as kWh with three decimals. */
export const kwhText = (wh: number): string => {
  const magnitude = Math.abs(wh).toString().padStart(4, "0")
  return `${wh < 0 ? "-" : ""}${magnitude.slice(0, -3)}.${magnitude.slice(-3)}`
}

/** Thousandths as a percentage: 200 is `20 %`, 55 is `5.5 %`. */
export const percentText = (perMille: number): string => `${perMille % 10 === 0 ? perMille / 10 : (perMille / 10).toFixed(1)} %`
