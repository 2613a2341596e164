/** Prefix of the appchain's addresses in bech32. */
export const ADDRESS_PREFIX = "watt"
