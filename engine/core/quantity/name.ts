/** True for a name that members, metering points and references may have: 1-64 characters, none of them a control character. */
export const isName = (text: string): boolean => /^\P{Cc}{1,64}$/u.test(text)

const encoder = new TextEncoder()

/** True for the name of a community as the chain takes it: 1-64 bytes without spaces; and without the slash that parts it from a settlement period. */
export const isCommunityName = (text: string): boolean => /^[^\s/\p{Cc}\p{Z}]+$/u.test(text) && encoder.encode(text).length <= 64
