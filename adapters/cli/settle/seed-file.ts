/** The secret that salts a run's statements lies beside it and is no part of what is published. */
export const SEED_FILE = "salt-seed.secret"
