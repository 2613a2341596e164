const kinds = [
  [/ENOSPC|No space left/i, (root) => `the disk under ${root} is full. Free some space and run the command again.`],
  [/EACCES|EPERM|EROFS|permission denied|read-only file system/i, (root) => `${root} is not writable for this user. Make it writable (ls -ld ${root}) or clone to a folder of your own.`],
  [/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i, () => "the package registry cannot be reached. Check the network, and npm's settings for registry and proxy (npm config list)."],
  [/EUSAGE|in sync/, () => "package.json and package-lock.json do not fit together. Run npm install, and commit the lock."],
  [/spawn npm ENOENT/, () => "npm is not installed. It comes with Node; install it and run the command again."]
]

/** What went wrong and what to do about it, in one or a few lines. */
export function explain(error, root) {
  const text = `${error.code ?? ""} ${error.message}\n${error.output ?? ""}`
  const found = kinds.find(([pattern]) => pattern.test(text))
  if (found) return found[1](root)
  const lastLines = (error.output ?? "").trim().split("\n").slice(-12).join("\n")
  return `${error.message} failed${lastLines === "" ? " and said nothing. Run it by hand to see why." : `.\n${lastLines}`}`
}
