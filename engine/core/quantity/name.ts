/** True for a name that members, metering points and references may have: 1-64 characters, none of them a control character. */
export const isName = (text: string): boolean => /^\P{Cc}{1,64}$/u.test(text)

/** True for the name of a community: printable ASCII as the chain takes it, without the slash that parts it from a settlement period. */
export const isCommunityName = (text: string): boolean => /^[!-.0-~]{1,64}$/.test(text)
